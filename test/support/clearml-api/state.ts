import { createHash, randomBytes, randomInt } from "node:crypto";
import { type Data, newId } from "./envelope.ts";

export type Role = "system" | "root" | "admin" | "superuser" | "user" | "annotator" | "guest";
export type Edition = "enterprise" | "community";

export const SERVER_VERSION = "2.3.0";
export const API_VERSION = "2.34";
/** The id every open-source server gives its first company. */
export const DEFAULT_COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b";
export const GUEST_COMPANY = "025315a9321f49f8be07f5ac48fbcf92";

export interface Credential {
  accessKey: string;
  secretKey: string;
  label?: string;
  lastUsed?: number;
  lastUsedFrom?: string;
}

/** Who may log in. It outlives the profile of the same id. */
export interface Login {
  id: string;
  name: string;
  company: string;
  role: Role;
  email?: string;
  /** Whether applications of the company may run as this user. */
  internal?: boolean;
  /** From the configuration file: its credentials cannot be changed. */
  protected: boolean;
  credentials: Credential[];
}

/** What `users.*` shows. */
export interface Profile {
  id: string;
  company: string;
  name: string;
  given_name?: string;
  family_name?: string;
  avatar?: string;
  created_in_version?: string;
  created: string;
}

export interface Company {
  id: string;
  name: string;
  /** What the Enterprise calls store: see enterprise.ts. */
  settings: Data;
}

export interface Queue {
  id: string;
  name: string;
  display_name?: string;
  company: string;
  created: string;
  tags: string[];
  system_tags: string[];
  entries: { task: string; added: string }[];
  last_update: string;
  metadata: Data;
}

export interface Task extends Data {
  id: string;
  company: string;
  user: string;
  name: string;
  status: string;
  execution: Data & { queue?: string };
  runtime: Data;
}

export interface Worker {
  id: string;
  company: string;
  user: string;
  ip: string;
  queues: string[];
  queue?: string;
  task?: string;
  tags: string[];
  systemTags: string[];
  timeout: number;
  registered: number;
  lastActivity: number;
  lastReport?: number;
}

export interface FixedUser {
  username: string;
  password: string;
  name: string;
}

/** An identity of the server's configuration file; its id is `__<name>__`. */
export interface ConfiguredIdentity {
  name: string;
  role: Role;
  accessKey: string;
  secretKey: string;
}

/** Everything the server keeps. Tests may look into it and change it. */
export interface State {
  edition: Edition;
  uniqueCompanyNames: boolean;
  fixedUsers: readonly FixedUser[];
  guest: FixedUser | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  sessionSecret: string;
  revokedSessions: Set<string>;
  companies: Map<string, Company>;
  logins: Map<string, Login>;
  profiles: Map<string, Profile>;
  queues: Map<string, Queue>;
  tasks: Map<string, Task>;
  projects: Map<string, { id: string; name: string; company: string }>;
  workers: Map<string, Worker>;
  scrolls: Map<string, number>;
  /** While true, everything that needs the database fails as it does on a server without one (at once, not after 30 s). */
  databaseDown: boolean;
  uid: string;
}

export interface StateOptions {
  edition: Edition;
  uniqueCompanyNames: boolean;
  identities: readonly ConfiguredIdentity[];
  fixedUsers: readonly FixedUser[];
  guest: FixedUser | undefined;
  clock: () => number;
}

/** A server as it is after its first start: one company with one queue, and the identities of its configuration. */
export function createState(options: StateOptions): State {
  const { edition, uniqueCompanyNames, fixedUsers, guest } = options;
  const state: State = {
    ...{ edition, uniqueCompanyNames, fixedUsers, guest },
    now: options.clock,
    sessionSecret: randomBytes(24).toString("base64url"),
    revokedSessions: new Set(),
    companies: new Map(),
    logins: new Map(),
    profiles: new Map(),
    queues: new Map(),
    tasks: new Map(),
    projects: new Map(),
    workers: new Map(),
    scrolls: new Map(),
    databaseDown: false,
    uid: crypto.randomUUID(),
  };
  addCompany(state, "clearml", DEFAULT_COMPANY);
  addQueue(state, { name: "default", company: DEFAULT_COMPANY, system_tags: ["default"] });
  for (const identity of options.identities) addIdentity(state, identity);
  for (const user of fixedUsers) addFixedUser(state, user, DEFAULT_COMPANY, "user");
  if (guest) {
    addCompany(state, "guests", GUEST_COMPANY);
    addFixedUser(state, guest, GUEST_COMPANY, "guest");
  }
  return state;
}

export function addCompany(state: State, name: string, id = newId()): Company {
  const company = { id, name, settings: {} };
  state.companies.set(id, company);
  return company;
}

export function addQueue(state: State, queue: Partial<Queue> & { name: string; company: string }): Queue {
  const created = timestamp(state);
  const complete: Queue = {
    ...{ id: newId(), created, tags: [], system_tags: [], entries: [], last_update: created, metadata: {} },
    ...queue,
  };
  state.queues.set(complete.id, complete);
  return complete;
}

function addIdentity(state: State, { name, role, accessKey, secretKey }: ConfiguredIdentity): void {
  const id = `__${name}__`;
  // The published key of the test user works only while nobody else can log in.
  const revoked = name === "tests" && state.fixedUsers.length > 0;
  const credentials = revoked ? [] : [{ accessKey, secretKey }];
  const base = { id, company: DEFAULT_COMPANY };
  const shownName = name === "tests" ? "Default User" : name;
  state.logins.set(id, { ...base, name: shownName, role, protected: true, credentials });
  if (name === "tests") state.profiles.set(id, { ...base, name: shownName, created: timestamp(state) });
}

function addFixedUser(state: State, user: FixedUser, company: string, role: Role): void {
  const id = fixedUserId(user, company);
  const [given, ...family] = user.name.split(" ");
  state.logins.set(id, { id, name: user.name, company, role, protected: false, credentials: [] });
  state.profiles.set(id, {
    ...{ id, company, name: user.name, created: timestamp(state), created_in_version: SERVER_VERSION },
    ...(given && family.length > 0 ? { given_name: given, family_name: family.join(" ") } : {}),
  });
}

export function fixedUserId(user: FixedUser, company: string): string {
  return createHash("md5").update(`${company}:${user.username}`).digest("hex");
}

/** Now, as the server prints times. */
export function timestamp(state: State, at = state.now()): string {
  return new Date(at).toISOString().replace("Z", "000+00:00");
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const URL_SAFE = `${UPPER}abcdefghijklmnopqrstuvwxyz-_`;

/** A key pair of the form the server makes: 30 and 67 characters. */
export function newCredential(): Credential {
  return { accessKey: randomText(UPPER, 30), secretKey: randomText(URL_SAFE, 67) };
}

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
