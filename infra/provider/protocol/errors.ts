import { type Metadata as GrpcMetadata, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import anyProto from "google-protobuf/google/protobuf/any_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { ProblemError } from "../../errors.ts";

const tooShortToMask = 6;

/** Removes every occurrence of the given secrets from a text. */
export function mask(text: string, secrets: Iterable<string>): string {
  let masked = text;
  // Longest first: one that holds another would lose that part of itself and no longer be found.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= tooShortToMask) masked = masked.replaceAll(secret, "[secret]");
  }
  return masked;
}

/** The answer to the engine for a failed operation. */
export function failureOf(
  error: unknown,
  secrets: Iterable<string>,
): Pick<ServiceError, "code" | "details" | "message"> & { metadata: GrpcMetadata } {
  const message = mask(messageOf(error), secrets);
  return { code: status.UNKNOWN, details: message, message, metadata: new Metadata() };
}

/** The same for something that was made but is not as declared: the engine keeps it in the state. */
export function partialFailureOf(
  error: unknown,
  made: { id: string; properties: Struct; inputs: Struct },
  secrets: Iterable<string>,
): ReturnType<typeof failureOf> {
  const failure = failureOf(error, secrets);
  const detail = new providerProto.ErrorResourceInitFailed();
  detail.setId(made.id);
  detail.setProperties(made.properties);
  detail.setInputs(made.inputs);
  detail.setReasonsList([failure.message]);
  const packed = new anyProto.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new statusProto.Status();
  answer.setCode(status.UNKNOWN);
  answer.setMessage(failure.message);
  answer.addDetails(packed);
  failure.metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return failure;
}

function messageOf(error: unknown): string {
  if (error instanceof ProblemError) return error.message;
  if (error instanceof Error && error.cause instanceof ProblemError) return error.cause.message;
  if (error instanceof Error && error.name === "AbortError") {
    return "The operation was cancelled. Run the command again to finish. [CANCELLED]";
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `The clerkconvex plugin failed unexpectedly (${what}). Report this with the command that led to it. [INTERNAL]`;
}
