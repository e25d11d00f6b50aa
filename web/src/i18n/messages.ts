import type { en } from "./en";

// English tells one from many, Chinese does not: keys that end in _one exist in English only.
type Translated<T> = {
  readonly [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Translated<T[K]>;
};

export type Messages = Translated<typeof en>;
