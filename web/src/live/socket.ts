/**
 * The one live connection of a tab. It subscribes to what the pages show, tells apart "nothing happens" from "nobody is
 * there" (the hub sends a ping every 2 s), and comes back by itself.
 */

import type { QueryKey } from "@tanstack/react-query";

const LOST_AFTER_MS = 5_000;
const CHECK_EVERY_MS = 250;
const HIDDEN_FLUSH_MS = 1_000;
const BACKOFF_MS = [300, 700, 1_500, 3_000, 5_000] as const;

export type Connection =
  | { state: "connecting" }
  | { state: "live" }
  | { state: "lost"; since: number; nextTryAt: number; attempts: number };

export interface LiveEvents {
  /** A whole view of a topic. */
  data(key: QueryKey, view: unknown): void;
  /** Time of the hub, ms since 1970. */
  ping(at: number): void;
  lost(): void;
  recovered(): void;
}

interface Frame {
  topic: string;
  version: number;
  data: unknown;
}

export class LiveSocket {
  private socket: WebSocket | null = null;
  private readonly topics = new Map<string, { key: QueryKey; viewers: number }>();
  private readonly arrived = new Map<string, unknown>();
  private readonly watchers = new Set<() => void>();
  private connection: Connection = { state: "connecting" };
  private lastFrameAt = 0;
  private openedAt = 0;
  private sendPlanned = false;
  private flushPlanned = false;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly events: LiveEvents,
  ) {}

  start(): void {
    this.open();
    setInterval(() => this.check(), CHECK_EVERY_MS);
    document.addEventListener("visibilitychange", () => this.check());
    window.addEventListener("online", () => this.reopenNow());
  }

  /** Show `topic` until the returned function is called; its views go to the query `key`. */
  show(topic: string, key: QueryKey): () => void {
    const entry = this.topics.get(topic) ?? { key, viewers: 0 };
    entry.viewers += 1;
    this.topics.set(topic, entry);
    this.planSend();
    return () => {
      entry.viewers -= 1;
      if (entry.viewers === 0) this.topics.delete(topic);
      this.planSend();
    };
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly current = (): Connection => this.connection;

  private open(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.openedAt = Date.now();
    socket.onopen = () => this.send();
    socket.onmessage = (message: MessageEvent<string>) => this.take(JSON.parse(message.data) as Frame);
    socket.onclose = () => {
      if (this.socket === socket) this.drop();
    };
  }

  private take(frame: Frame): void {
    this.lastFrameAt = Date.now();
    if (this.connection.state !== "live") this.becomeLive();
    if (frame.topic === "ping") {
      this.events.ping(Date.parse((frame.data as { at: string }).at));
      return;
    }
    // No such topic: the answer to the question itself says so, and why.
    if (frame.data === null) return;
    this.arrived.set(frame.topic, frame.data);
    this.planFlush();
  }

  private becomeLive(): void {
    const wasLost = this.connection.state === "lost";
    this.tell({ state: "live" });
    if (wasLost) this.events.recovered();
  }

  private check(): void {
    const heard = Math.max(this.lastFrameAt, this.openedAt);
    if (this.socket !== null && Date.now() - heard > LOST_AFTER_MS) this.drop();
  }

  /** The connection is gone: say so at once, try again later. */
  private drop(): void {
    const before = this.connection;
    this.abandon();
    const attempts = before.state === "lost" ? before.attempts + 1 : 0;
    const wait = BACKOFF_MS[Math.min(attempts, BACKOFF_MS.length - 1)] ?? LOST_AFTER_MS;
    const since = before.state === "lost" ? before.since : this.lastFrameAt || Date.now();
    this.tell({ state: "lost", since, nextTryAt: Date.now() + wait, attempts });
    if (before.state !== "lost") this.events.lost();
    this.retry = setTimeout(() => this.open(), wait);
  }

  private reopenNow(): void {
    if (this.connection.state !== "lost" || this.socket !== null) return;
    clearTimeout(this.retry);
    this.open();
  }

  private abandon(): void {
    clearTimeout(this.retry);
    const socket = this.socket;
    this.socket = null;
    if (socket === null) return;
    socket.onclose = null;
    socket.onmessage = null;
    if (socket.readyState === WebSocket.OPEN) socket.close();
  }

  private planSend(): void {
    if (this.sendPlanned) return;
    this.sendPlanned = true;
    // One message for all that a page change subscribes and drops.
    queueMicrotask(() => {
      this.sendPlanned = false;
      this.send();
    });
  }

  private send(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ subscribe: [...this.topics.keys()] }));
  }

  private planFlush(): void {
    if (this.flushPlanned) return;
    this.flushPlanned = true;
    // A hidden tab paints no frames but keeps its values.
    if (document.hidden) setTimeout(() => this.flush(), HIDDEN_FLUSH_MS);
    else requestAnimationFrame(() => this.flush());
  }

  private flush(): void {
    this.flushPlanned = false;
    for (const [topic, view] of this.arrived) {
      const entry = this.topics.get(topic);
      if (entry !== undefined) this.events.data(entry.key, view);
    }
    this.arrived.clear();
  }

  private tell(connection: Connection): void {
    this.connection = connection;
    for (const watcher of this.watchers) watcher();
  }
}
