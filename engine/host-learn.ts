// The second door: training and everything that only it needs, so that scoring starts without loading it.
export * from './learn/index.ts';
export { featurePlaces, type Lesson, lessonText, readLesson } from './lab/lesson.ts';
export { Trainer } from './lab/trainer.ts';
