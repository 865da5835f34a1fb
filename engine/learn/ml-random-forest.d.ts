declare module 'ml-random-forest' {
  export class RandomForestClassifier {
    constructor(options: {
      seed: number;
      nEstimators: number;
      maxFeatures: number;
      replacement: boolean;
      noOOB?: boolean;
    });
    train(x: number[][], y: number[]): void;
    static load(json: unknown): RandomForestClassifier;
    /** Rows of votes, one a tree. (`predictProbability` of 2.1.0 leaves the first tree's vote out.) */
    predictionValues(x: number[][]): { getRow(at: number): number[] };
    predict(x: number[][]): number[];
    toJSON(): unknown;
  }
}
