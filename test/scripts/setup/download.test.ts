import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { download, fetchText, listedDigest } from "../../../scripts/setup/download.mjs";
import { Unavailable } from "../../../scripts/setup/errors.mjs";
import { downloadHost, type TestMachine, testMachine } from "./machines.ts";

let machine: TestMachine;
beforeEach(() => {
  machine = testMachine();
  mkdirSync(machine.cache);
});
afterEach(() => machine.remove());

describe("a list of checksums", () => {
  const one = "A".repeat(64);
  const two = "b".repeat(64);
  const list = `${one}  it-1.tar.gz\n${two} *./it.tar.gz\nnot a line\n`;

  test("gives the one of exactly the file asked for, in lower case", () => {
    expect(listedDigest(list, "it-1.tar.gz")).toBe("a".repeat(64));
    expect(listedDigest(list, "it.tar.gz")).toBe(two);
    expect(listedDigest(list, "1.tar.gz")).toBeUndefined();
  });
});

describe("downloading", () => {
  test("a closed port, an unknown host and a 404 each close the way, and say which", async () => {
    await expect(fetchText("http://127.0.0.1:9/x")).rejects.toThrow(Unavailable);
    await expect(fetchText("http://no-such-host.invalid/x")).rejects.toThrow(
      /^no-such-host\.invalid is not reached \((ENOTFOUND|EAI_AGAIN)\)$/,
    );
    const host = await downloadHost({});
    await expect(fetchText(`${host.url}/x`)).rejects.toThrow(`${host.url}/x answered 404`);
    await host.close();
  });

  test("a body that is cut off is not taken for whole", async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half", () => response.destroy());
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const file = join(machine.cache, "it");
    await expect(download(`http://127.0.0.1:${port}/it`, file, machine.report)).rejects.toThrow(
      Unavailable,
    );
    server.close();
  });

  test("it says how far it is", async () => {
    const host = await downloadHost({ "/it": Buffer.alloc(2_500_000) });
    const details: string[] = [];
    const report = {
      ...machine.report,
      step: () => ({ update: (detail: string) => details.push(detail), end() {} }),
    };
    await download(`${host.url}/it`, join(machine.cache, "it"), report);
    await host.close();
    expect(details.at(-1)).toBe("2.5 MB");
  });
});
