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
    predict(x: number[][]): number[];
    toJSON(): unknown;
  }
}
