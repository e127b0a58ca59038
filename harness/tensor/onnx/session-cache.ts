// Compiled graphs, those kept that were used last: boosters on ever other layers make ever new graphs.
import { LRUCache } from 'lru-cache';
import { emit } from './emit.ts';
import type { Graph } from './graph.ts';
import { createSession, type Session, type SessionOptions } from './runtime.ts';

/** What is kept, in nodes: one takes about 4 KB. */
const MOST_NODES = 64_000;

export class SessionCache {
  private readonly sessions = new LRUCache<string, Session>({
    maxSize: MOST_NODES,
    dispose: (session) => session.dispose(),
  });

  constructor(
    private readonly options: SessionOptions,
    private readonly onCompiled: (seconds: number) => void,
  ) {}

  /** The session of a graph of this structure: to be run now, not to be held. */
  of(graph: Graph): Session {
    const known = this.sessions.get(graph.key);
    if (known) return known;
    const start = performance.now();
    const session = createSession(emit(graph), this.options);
    this.sessions.set(graph.key, session, { size: Math.min(Math.max(1, graph.nodes.length), MOST_NODES) });
    this.onCompiled((performance.now() - start) / 1000);
    return session;
  }

  clear(): void {
    this.sessions.clear();
  }
}
