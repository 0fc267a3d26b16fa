import { status } from "@grpc/grpc-js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, test } from "vitest";
import { ProblemError } from "../../../../infra/errors.ts";
import { failureOf, mask, partialFailureOf } from "../../../../infra/provider/protocol/errors.ts";
import { PartialCreateError } from "../../../../infra/provider/resource.ts";

const problem = new ProblemError("It is wrong", "Put it right", "CONFIG_VALUE");

test("every occurrence of a secret is masked, and short texts are left readable", () => {
  expect(mask("key-123456 and key-123456", ["key-123456"])).toBe("[secret] and [secret]");
  expect(mask("a.b.c is true", ["true", "a"])).toBe("a.b.c is true");
});

test("a secret that begins with another one leaves nothing of itself behind", () => {
  expect(mask("sent prefix-and-tail", ["prefix", "prefix-and-tail"])).toBe("sent [secret]");
});

test("an error for people is told as it is", () => {
  const failure = failureOf(problem, []);
  expect(failure).toMatchObject({
    code: status.UNKNOWN,
    details: "It is wrong. Put it right. [CONFIG_VALUE]",
    message: "It is wrong. Put it right. [CONFIG_VALUE]",
  });
  expect(failureOf(new Error("wrapped", { cause: problem }), []).message).toBe(problem.message);
});

test("a cancelled operation says what to do", () => {
  const signal = AbortSignal.abort();
  expect(failureOf(signal.reason, []).message).toMatch(/\[CANCELLED\]$/);
});

test("a defect is told as one, without secrets and without a stack", () => {
  const error = new TypeError("cannot use hunter2-hunter2");
  const { message } = failureOf(error, new Set(["hunter2-hunter2"]));
  expect(message).toMatch(/TypeError: cannot use \[secret\].*\[INTERNAL\]$/);
  expect(message).not.toContain("    at ");
});

test("something made in part reaches the engine with its id, state and reason", () => {
  const made = {
    id: "ep_1",
    properties: Struct.fromJavaScript({ endpointId: "ep_1" }),
    inputs: Struct.fromJavaScript({ uid: "ours" }),
  };
  const cause = new ProblemError("It is hunter2-hunter2", "Put it right", "CONFIG_VALUE");
  const error = new PartialCreateError("ep_1", {}, cause);
  const failure = partialFailureOf(error, made, ["hunter2-hunter2"]);
  const [packed] = failure.metadata.get("grpc-status-details-bin");
  const answer = statusProto.Status.deserializeBinary(new Uint8Array(packed as Buffer));
  expect(answer.getCode()).toBe(failure.code);
  const [detail] = answer.getDetailsList();
  expect(detail?.getTypeName()).toBe("pulumirpc.ErrorResourceInitFailed");
  const read = proto.ErrorResourceInitFailed.deserializeBinary(
    detail?.getValue_asU8() as Uint8Array,
  );
  expect(read.getId()).toBe("ep_1");
  expect(read.getProperties()?.toJavaScript()).toEqual({ endpointId: "ep_1" });
  expect(read.getInputs()?.toJavaScript()).toEqual({ uid: "ours" });
  expect(read.getReasonsList()).toEqual(["It is [secret]. Put it right. [CONFIG_VALUE]"]);
  expect(answer.getMessage()).toBe(failure.message);
});
