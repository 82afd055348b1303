/** A failure that is explained by its message alone; a stack would only hide it. */
export class Sentence extends Error {
  override readonly name = 'Sentence';
}
