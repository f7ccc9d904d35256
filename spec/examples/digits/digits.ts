import type { Int } from 'ringsnake';

/** How to train. */
export interface TrainingOptions {
  /** Passes over the training images. */
  epochs: Int;
  /** Neurons in the hidden layer. Default: 64. */
  hiddenNeurons?: Int;
  /** Step of the optimiser. Default: 0.002. */
  learningRate?: number;
  /** Share of the images kept aside for the test, between 0 and 1. Default: 0.25. */
  testShare?: number;
  /** Makes a run repeatable. Default: 0. */
  seed?: Int;
}

/** What came of it. */
export interface TrainingReport {
  trainingImages: Int;
  testImages: Int;
  /** Share of the test images classified correctly, between 0 and 1. */
  accuracy: number;
  /** Row: the digit it is; column: the digit it was taken for. Test images only. */
  confusion: Int[][];
  /** How long training took, in seconds. */
  seconds: number;
}

/** What a classifier takes an image for. */
export interface Prediction {
  /** 0 to 9. */
  digit: Int;
  /** Of `digit`, between 0 and 1. */
  probability: number;
  /** Of each digit. */
  probabilities: Float64Array;
}

/** An image and what it shows. */
export interface LabelledImage {
  /** 8 × 8 pixels, row by row, from 0 (white) to 16 (black). */
  pixels: Float64Array;
  /** 0 to 9. */
  digit: Int;
}

/** Learns to read handwritten digits. */
export interface Digits {
  /**
   * Trains a new classifier and forgets the one before. Reports to `Progress` after each epoch.
   * @param options how to train
   * @returns how well it does on images it has not seen
   */
  train(options: TrainingOptions): Promise<TrainingReport>;
  /**
   * Classifies one image.
   * @param pixels 64 numbers from 0 to 16
   */
  classify(pixels: Float64Array): Promise<Prediction>;
  /**
   * Classifies many images at once.
   * @param images 64 numbers from 0 to 16 each
   */
  classifyMany(images: Float64Array[]): Promise<Prediction[]>;
  /** All images kept aside for the test by the last training. */
  testImages(): Promise<LabelledImage[]>;
}

/** Where training has got to. */
export interface Epoch {
  /** 1 for the first. */
  number: Int;
  of: Int;
  /** Of the training images; smaller is better. */
  loss: number;
  /** Share of the test images classified correctly so far. */
  accuracy: number;
}

/** Listens to a training. Served by TypeScript, called by Python. */
export interface Progress {
  onEpoch(epoch: Epoch): Promise<void>;
}
