import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { exportJWK } from "jose";
import type { SigningKey } from "./state.ts";

export async function newSigningKey(kid: string): Promise<SigningKey> {
  return { kid, ...(await promisify(generateKeyPair)("rsa", { modulusLength: 2048 })) };
}

/** The public halves, as a JSON Web Key Set. */
export async function jwks(keys: SigningKey[]) {
  const published = keys.map(async ({ kid, publicKey }) => ({
    ...(await exportJWK(publicKey)),
    use: "sig",
    alg: "RS256",
    kid,
  }));
  return { keys: await Promise.all(published) };
}
