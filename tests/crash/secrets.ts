/** Forms of what must never be written: Meta's tokens, our signing secrets, proofs in addresses. */
const FORMS = /EAA[A-Za-z0-9]{20}|whsec_|whsk_|appsecret_proof=[0-9a-f]|access_token=[^&\s"]/g;
/** A secret may be cut in two by the chunks it is read in. */
const OVERLAP = 300;

export type SecretWatch = ReturnType<typeof createSecretWatch>;

/** Reads everything the servers write and counts the secrets in it. */
export function createSecretWatch(known: readonly string[]) {
  const secrets = [...known];
  let tail = '';
  let found = 0;
  const countIn = (text: string) =>
    (text.match(FORMS)?.length ?? 0) +
    secrets.reduce((sum, secret) => sum + (text.split(secret).length - 1), 0);
  return {
    add: (secret: string) => void secrets.push(secret),
    read(output: string) {
      found += countIn(tail + output) - countIn(tail);
      tail = (tail + output).slice(-OVERLAP);
    },
    found: () => found,
  };
}
