import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { CheckFailure } from "../resource.ts";
import type { PropertyChange } from "./diff.ts";

export function pluginInfo(version: string) {
  const info = new pluginProto.PluginInfo();
  info.setVersion(version);
  return info;
}

/** @param schema JSON text */
export function schemaResponse(schema: string) {
  const response = new proto.GetSchemaResponse();
  response.setSchema(schema);
  return response;
}

/** The answer to a check: inputs with defaults filled in, and what is wrong with them. */
export function checkResponse(inputs: Struct, failures: CheckFailure[]) {
  const response = new proto.CheckResponse();
  response.setInputs(inputs);
  for (const { property, reason } of failures) {
    const failure = new proto.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

/** The answer to a diff, each difference with its path and whether it replaces the resource. */
export function diffResponse(changes: PropertyChange[]) {
  const response = new proto.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  const { Kind } = proto.PropertyDiff;
  for (const { path, kind, replaces } of changes) {
    const name = `${kind.toUpperCase()}${replaces ? "_REPLACE" : ""}` as keyof typeof Kind;
    const entry = new proto.PropertyDiff();
    entry.setKind(Kind[name]);
    entry.setInputdiff(true);
    response.getDetaileddiffMap().set(path, entry);
    response.addDiffs(path);
    if (replaces) response.addReplaces(path);
  }
  return response;
}
