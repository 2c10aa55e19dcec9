/** A stretch of work, told of each text. */
export interface Stage {
  next(): void;
  end(): void;
}

/** A stretch of work over `total` texts begins. */
export type OnStage = (title: string, total: number) => Stage;

/** Does a stretch of work, which calls `onText` once a text, and ends its stage however it ends. */
export type During = <T>(
  title: string,
  total: number,
  work: (onText: () => void) => Promise<T>,
) => Promise<T>;

export function stages(onStage: OnStage): During {
  return async (title, total, work) => {
    const stage = onStage(title, total);
    try {
      return await work(() => stage.next());
    } finally {
      stage.end();
    }
  };
}
