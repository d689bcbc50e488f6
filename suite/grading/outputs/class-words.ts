// What the ids in a class's outputs mean, in words; nothing where this version does not know one.

/** Sentences by id. */
export interface ClassWords {
  /** Of behaviours: what the server must do. */
  readonly requirements: ReadonlyMap<string, string>;
  /** Of causes: what the mistake looks like in a program. */
  readonly mistakes: ReadonlyMap<string, string>;
}

/** The sentences of everything that this version knows. */
export async function knownWords(): Promise<ClassWords> {
  const [{ everyBehaviour }, { causes }] = await Promise.all([
    import('../../behaviours/behaviours.ts'),
    import('../../diagnosis/causes.ts'),
  ]);
  return {
    requirements: new Map(everyBehaviour.map(({ id, requirement }) => [id, requirement])),
    mistakes: new Map(causes.map(({ id, mistake }) => [id, mistake])),
  };
}
