import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";

/** A DNS server that knows addresses of version 4 alone. A name with `*` first stands for all others below its rest. */
export interface DnsServer {
  /** `address:port`. */
  address: string;
  /** What it was asked for, in order. */
  asked: string[];
  stop(): Promise<void>;
}

const TYPE_A = 1;
const NO_SUCH_NAME = 3;

/** Starts the server on a port of its own on this machine. */
export async function startDnsServer(records: Readonly<Record<string, string>>): Promise<DnsServer> {
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const { name, type } = questionOf(query);
    asked.push(name);
    const address = records[name] ?? records[name.replace(/^[^.]+/, "*")];
    socket.send(answerTo(query, address, type), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    asked,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

const HEADER = 12;

/** The one question of a query, and where it ends. */
function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return { name: labels.join("."), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answerTo(query: Buffer, address: string | undefined, type: number): Buffer {
  const { end } = questionOf(query);
  const header = Buffer.from(query.subarray(0, HEADER));
  const hasAnswer = address !== undefined && type === TYPE_A;
  // An answer, with recursion; a name that is there without an address of this type is no error.
  header.writeUInt16BE(0x8180 | (address === undefined ? NO_SUCH_NAME : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(hasAnswer ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  const question = query.subarray(HEADER, end);
  if (!hasAnswer) return Buffer.concat([header, question]);
  // Pointer to the name, type A, class IN, 60 s, 4 bytes.
  const record = Buffer.from([
    0xc0,
    HEADER,
    0,
    TYPE_A,
    0,
    1,
    0,
    0,
    0,
    60,
    0,
    4,
    ...address.split(".").map(Number),
  ]);
  return Buffer.concat([header, question, record]);
}
