import { status } from "@grpc/grpc-js";
import type proto from "@pulumi/pulumi/proto/provider_pb.js";
import type { ResourceSpec } from "../resource.ts";
import type { failureOf } from "./errors.ts";

export type Check = InstanceType<typeof proto.CheckRequest>;
export type Configure = InstanceType<typeof proto.ConfigureRequest>;
export type Diff = InstanceType<typeof proto.DiffRequest>;
export type Create = InstanceType<typeof proto.CreateRequest>;
export type Read = InstanceType<typeof proto.ReadRequest>;
export type Update = InstanceType<typeof proto.UpdateRequest>;
export type Delete = InstanceType<typeof proto.DeleteRequest>;

/** An empty id would be taken for "does not exist". */
export function requireId(id: string, spec: ResourceSpec): string {
  if (id !== "") return id;
  throw new TypeError(`${spec.token} came back with an empty id`);
}

/** Whether an error is one that was made for the engine already. */
export function isAnswer(error: unknown): error is ReturnType<typeof failureOf> {
  return typeof error === "object" && error !== null && "metadata" in error && "code" in error
    ? (error as { code: unknown }).code === status.UNKNOWN
    : false;
}

/** Gathers every text in a value, however deep. */
export function collectTexts(value: unknown, into: Set<string>): void {
  if (typeof value === "string") into.add(value);
  else if (typeof value === "object" && value !== null) {
    for (const entry of Object.values(value)) collectTexts(entry, into);
  }
}
