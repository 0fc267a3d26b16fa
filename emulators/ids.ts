import { createHash } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH = 27;

/**
 * Makes identifiers of the vendors' form: a prefix and 27 characters of base62 (KSUID).
 * They sort by age and are the same in every run: a counter, then a digest of it.
 */
export function idMaker(namespace: string): (prefix: string) => string {
  let count = 0;
  return (prefix) => {
    count += 1;
    const age = `3${encode(count).padStart(6, "0")}`;
    const digest = createHash("sha256").update(`${namespace}:${prefix}:${count}`).digest();
    const noise = Array.from(digest, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
    return `${prefix}${age}${noise.slice(0, LENGTH - age.length)}`;
  };
}

function encode(value: number): string {
  const rest = Math.floor(value / ALPHABET.length);
  const digit = ALPHABET[value % ALPHABET.length] ?? "";
  return rest === 0 ? digit : encode(rest) + digit;
}
