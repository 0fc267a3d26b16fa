import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import { expect, test } from "vitest";
import { EngineLog } from "../../../../infra/provider/protocol/engine.ts";
import { startEngine } from "./engine-stand-in.ts";

const { INFO, WARNING } = engineProto.LogSeverity;
const urn = "urn:pulumi:dev::project::test:index:Thing::thing";

test("progress passes, words and warnings stay", async () => {
  const engine = await startEngine();
  const log = new EngineLog(engine.address);
  log.progress(urn, "under way");
  log.info(urn, "two\nlines");
  log.warn(urn, "careful");
  await log.settled();
  expect(engine.lines).toEqual([
    { urn, text: "under way", severity: INFO, ephemeral: true },
    { urn, text: "two\nlines", severity: INFO, ephemeral: false },
    { urn, text: "careful", severity: WARNING, ephemeral: false },
  ]);
});

test("it is settled when every line has arrived, and not before", async () => {
  const engine = await startEngine();
  const log = new EngineLog(engine.address);
  const release = engine.hold();
  log.info(urn, "held");
  let settled = false;
  const settling = log.settled().then(() => {
    settled = true;
  });
  await engine.asked();
  expect([settled, engine.lines]).toEqual([false, []]);
  release();
  await settling;
  expect(engine.lines).toHaveLength(1);
});

test("an engine that is gone is no error", async () => {
  const log = new EngineLog("127.0.0.1:9");
  log.warn(urn, "lost");
  await log.settled();
});
