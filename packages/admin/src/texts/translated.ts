type PluralBase<Key> = Key extends `${infer Base}_other` ? Base : never;

/**
 * A section of the Ukrainian catalogue: every key of the English one, and for each counted text
 * the two further forms that Ukrainian has. A missing or surplus key does not compile.
 */
export type Translated<Section> = { readonly [Key in keyof Section]: string } & {
  readonly [Base in PluralBase<keyof Section> as `${Base}_few` | `${Base}_many`]: string;
};
