import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StateBackend } from "./backend.ts";
import { textBelow } from "./file.ts";

/** The part of the package that is used here; it comes without types. */
interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}
const S3rver = createRequire(import.meta.url)("@20minutes/s3rver") as new (options: {
  port: number;
  address: string;
  silent: boolean;
  directory: string;
  configureBuckets: { name: string }[];
}) => S3rver;

/** The one account the server has. */
const credential = "S3RVER";

export async function startObjectStore(): Promise<StateBackend> {
  const directory = await mkdtemp(path.join(tmpdir(), "bucket-"));
  const server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory,
    configureBuckets: [{ name: "state" }],
  });
  const { port } = await server.run();
  const query = `endpoint=http://127.0.0.1:${port}&region=us-east-1&s3ForcePathStyle=true`;
  return {
    environment: {
      PULUMI_BACKEND_URL: `s3://state?${query}`,
      AWS_ACCESS_KEY_ID: credential,
      AWS_SECRET_ACCESS_KEY: credential,
    },
    secrets: [],
    contents: () => textBelow(directory),
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
