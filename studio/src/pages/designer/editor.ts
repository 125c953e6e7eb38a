/** The journey under the reader's hands: its history, what of it is saved, and what there is to say about it. */
import type { Answer } from "../../api/errors";
import { ApiError, ConnectionError } from "../../api/errors";
import type { Finding } from "../../api/types";
import { type Change, same } from "../../document/change";
import { begun, done, type History, redone, undone } from "../../document/history";
import { merged } from "../../document/merge";
import type { JourneyDocument } from "../../document/types";

export type SaveState = "saved" | "unsaved" | "saving" | "lost" | "refused" | "conflict";

export interface EditorState {
  readonly history: History;
  readonly saving: SaveState;
  readonly findings: readonly Finding[];
  /** Why the server did not take it. */
  readonly refusal: ApiError | undefined;
}

export interface Remote {
  read: () => Promise<Answer<JourneyDocument>>;
  write: (document: JourneyDocument, tag: string) => Promise<Answer<readonly Finding[]>>;
  findings: () => Promise<readonly Finding[]>;
}

const PAUSE_MS = 500;
const RETRY_MS = 2000;

/** Keeps the state of one journey and saves it as it changes. */
export class Editor {
  private state: EditorState;
  private base: JourneyDocument;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    document: JourneyDocument,
    private tag: string,
    findings: readonly Finding[],
    private readonly remote: Remote,
  ) {
    this.base = document;
    this.state = { history: begun(document), saving: "saved", findings, refusal: undefined };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): EditorState => this.state;

  get document(): JourneyDocument {
    return this.state.history.document;
  }

  readonly edit = (change: Change | undefined): void => {
    if (change) this.moved(done(this.state.history, change, Date.now()));
  };
  readonly undo = (): void => this.moved(undone(this.state.history));
  readonly redo = (): void => this.moved(redone(this.state.history));

  /** Saves now; returns when all is saved or cannot be. */
  readonly flush = async (): Promise<void> => {
    clearTimeout(this.timer);
    await this.running;
    if (!same(this.document, this.base) && this.state.saving !== "conflict") {
      this.running = this.save().finally(() => {
        this.running = undefined;
      });
      await this.running;
    } else if (this.state.saving === "unsaved") {
      this.set({ saving: "saved" }); // undone to what is there
    }
  };

  /** After a conflict: keeps mine over theirs, or gives mine up. */
  readonly settle = async (keepMine: boolean): Promise<void> => {
    const { body, etag } = await this.remote.read();
    this.base = body;
    this.tag = etag ?? "";
    if (keepMine) {
      this.set({ saving: "unsaved" });
      await this.flush();
    } else {
      this.set({ history: begun(body), saving: "saved" });
      await this.look();
    }
  };

  /** The tag of what is saved. */
  get saved(): string {
    return this.tag;
  }

  /**
   * Follows what somebody else has saved: `document` with its `tag`, asked for when `asked` was the tag of what is saved
   * here. What is not saved yet goes before. Gives whether there was something to follow.
   */
  readonly follow = (document: JourneyDocument, tag: string, asked: string): boolean => {
    const mine = this.running !== undefined || this.state.saving !== "saved";
    if (mine || asked !== this.tag || tag === this.tag) return false;
    const changed = !same(document, this.base);
    this.base = document;
    this.tag = tag;
    if (changed) {
      this.set({ history: { ...this.state.history, document } });
      void this.look();
    }
    return changed;
  };

  readonly close = (): void => {
    clearTimeout(this.timer);
    void this.flush();
  };

  private async look(): Promise<void> {
    const base = this.base;
    const findings = await this.remote.findings();
    if (base === this.base) this.set({ findings });
  }

  private moved(history: History): void {
    if (history === this.state.history) return;
    const saving = this.state.saving === "conflict" ? "conflict" : "unsaved";
    this.set({ history, saving });
    this.later(PAUSE_MS);
  }

  private later(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delay);
  }

  private async save(): Promise<void> {
    const sent = this.document;
    this.set({ saving: "saving" });
    try {
      const { body, etag } = await this.remote.write(sent, this.tag);
      this.base = sent;
      this.tag = etag ?? this.tag;
      this.set({ findings: body, refusal: undefined, saving: same(this.document, sent) ? "saved" : "unsaved" });
    } catch (error) {
      if (error instanceof ConnectionError) {
        this.set({ saving: "lost" });
        this.later(RETRY_MS);
      } else if (error instanceof ApiError && error.status === 412) {
        await this.join();
      } else if (error instanceof ApiError) {
        this.set({ saving: "refused", refusal: error });
      } else {
        throw error;
      }
    }
  }

  /** Somebody else saved meanwhile: goes on with both changes where they are apart, else asks. */
  private async join(): Promise<void> {
    const { body: theirs, etag } = await this.remote.read();
    const both = merged(this.base, this.document, theirs);
    if (!both) {
      this.set({ saving: "conflict" });
      return;
    }
    this.base = theirs;
    this.tag = etag ?? "";
    this.set({ history: { ...this.state.history, document: both }, saving: "unsaved" });
    await this.save();
  }

  private set(change: Partial<EditorState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
