import structProto, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { type Properties, type ResourceSpec, UNKNOWN, type Value } from "../resource.ts";

// Source: the engine's property wire format, sdk/go/common/resource and sdk/nodejs/runtime/rpc.
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Properties as they came from the engine, and which of them held secrets. */
export interface Decoded {
  properties: Properties;
  secretKeys: Set<string>;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Reads a Struct, opening secret envelopes and recognising unknowns. */
export function decode(struct: Struct | undefined): Decoded {
  const secretKeys = new Set<string>();
  const properties: Properties = {};
  for (const [key, raw] of Object.entries((struct?.toJavaScript() ?? {}) as Record<string, Json>)) {
    properties[key] = open(raw, () => secretKeys.add(key));
  }
  return { properties, secretKeys };
}

/**
 * Writes a Struct, sealing what the spec declares secret and what came in as a secret.
 *
 * @param inherited keys whose values came from the engine as secrets
 */
export function encode(
  properties: object,
  spec: Pick<ResourceSpec, "properties">,
  inherited: ReadonlySet<string> = new Set(),
): Struct {
  const fields: Record<string, Json> = {};
  for (const [key, value] of Object.entries(properties as Properties)) {
    if (value === undefined) continue;
    const secret = spec.properties[key]?.secret;
    if (secret === "each" && typeof value === "object" && value !== null) {
      fields[key] = Object.fromEntries(
        Object.entries(value).map(([name, entry]) => [name, seal(plain(entry))]),
      );
    } else {
      fields[key] = secret || inherited.has(key) ? seal(plain(value)) : plain(value);
    }
  }
  return structProto.Struct.fromJavaScript(fields);
}

function open(value: Json, sawSecret: () => void): Value {
  if (value === unknownString) return UNKNOWN;
  if (Array.isArray(value)) return value.map((entry) => open(entry, sawSecret));
  if (typeof value !== "object" || value === null) return value;
  const signature = value[signatureKey];
  if (signature === secretSignature) {
    sawSecret();
    return open(value.value ?? null, sawSecret);
  }
  if (signature !== undefined) {
    throw new TypeError(
      "Assets, archives and resource references are not properties of this package",
    );
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, open(entry, sawSecret)]),
  );
}

function plain(value: Value): Json {
  if (value === UNKNOWN) return unknownString;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, plain(entry)]),
  );
}

function seal(value: Json): Json {
  if (value === unknownString) return value;
  return { [signatureKey]: secretSignature, value };
}
