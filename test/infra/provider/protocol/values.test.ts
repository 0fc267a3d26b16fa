import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, test } from "vitest";
import { decode, encode } from "../../../../infra/provider/protocol/values.ts";
import {
  type Properties,
  type ResourceSpec,
  UNKNOWN,
} from "../../../../infra/provider/resource.ts";

const signature = "4dabf18193072939515e22adb298388d";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const sealed = (value: unknown) => ({
  [signature]: "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const spec: Pick<ResourceSpec, "properties"> = {
  properties: {
    plain: { type: "string", description: "" },
    key: { type: "string", description: "", secret: true },
    variables: { type: "stringMap", description: "", secret: "each" },
  },
};

const written = (properties: Properties, inherited?: Set<string>) =>
  encode(properties, spec, inherited).toJavaScript();

test("a secret property is sealed whole, a plain one is not", () => {
  expect(written({ plain: "a", key: "b" })).toEqual({ plain: "a", key: sealed("b") });
});

test("a map of secrets is sealed value by value, its names in the clear", () => {
  expect(written({ variables: { ONE: "1", TWO: UNKNOWN } })).toEqual({
    variables: { ONE: sealed("1"), TWO: unknown },
  });
});

test("what came in as a secret goes out as one", () => {
  expect(written({ plain: "a" }, new Set(["plain"]))).toEqual({ plain: sealed("a") });
});

test("secrets nested anywhere are opened, and the property is remembered", () => {
  const { properties, secretKeys } = decode(
    Struct.fromJavaScript({
      plain: "a",
      key: sealed("b"),
      claims: { deep: [{ inner: sealed({ x: 1 }) }] },
    }),
  );
  expect(properties).toEqual({ plain: "a", key: "b", claims: { deep: [{ inner: { x: 1 } }] } });
  expect(secretKeys).toEqual(new Set(["key", "claims"]));
});

test("unknown values survive the way in and out, sealed or not", () => {
  const properties: Properties = { plain: UNKNOWN, list: ["a", UNKNOWN], map: { x: UNKNOWN } };
  const struct = encode(properties, spec);
  expect(struct.toJavaScript()).toEqual({
    plain: unknown,
    list: ["a", unknown],
    map: { x: unknown },
  });
  expect(decode(struct).properties).toEqual(properties);
  expect(written({ key: UNKNOWN, variables: UNKNOWN })).toEqual({
    key: unknown,
    variables: unknown,
  });
});

test("every kind of value comes back as it was", () => {
  const properties: Properties = {
    plain: "",
    key: "secret",
    variables: { ONE: "1" },
    nothing: null,
    number: 1.5,
    no: false,
    list: [],
    object: { nested: [true, { "a.b": 0 }] },
  };
  expect(decode(encode(properties, spec)).properties).toEqual(properties);
  expect(decode(undefined)).toEqual({ properties: {}, secretKeys: new Set() });
});

test("an asset is refused", () => {
  const asset = { [signature]: "c44067f5952c0a294b673a41bacd8c17", text: "x" };
  expect(() => decode(Struct.fromJavaScript({ file: asset }))).toThrow(TypeError);
});
