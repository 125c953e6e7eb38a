import { expect, test } from "vitest";
import { ApiError, ConnectionError } from "../../api/errors";
import { put } from "../../document/change";
import { WIN_BACK } from "../../document/journeys.testing";
import { setField } from "../../document/operations";
import type { JourneyDocument } from "../../document/types";
import { Editor } from "./editor";

/** A server of one journey: keeps what it is sent, refuses an old tag, can be away. */
class Shelf {
  away = false;
  writes = 0;
  private number = 0;
  constructor(public document: JourneyDocument) {}
  get tag(): string {
    return String(this.number);
  }
  change(document: JourneyDocument): void {
    this.document = document;
    this.number++;
  }
  read = async () => ({ body: this.document, etag: this.tag });
  findings = async () => [];
  write = async (document: JourneyDocument, tag: string) => {
    if (this.away) throw new ConnectionError("away");
    if (tag !== this.tag)
      throw new ApiError({ title: "changed", status: 412, code: "ERR_CHANGED_MEANWHILE", params: {} });
    this.writes++;
    this.change(document);
    return { body: [], etag: this.tag };
  };
}

function opened(): { shelf: Shelf; editor: Editor } {
  const shelf = new Shelf(WIN_BACK);
  return { shelf, editor: new Editor(WIN_BACK, shelf.tag, [], shelf) };
}

test("what is changed is saved, once", async () => {
  const { shelf, editor } = opened();
  editor.edit(put(editor.document, ["description"], "new"));
  expect(editor.snapshot().saving).toBe("unsaved");
  await editor.flush();
  await editor.flush();
  expect(editor.snapshot().saving).toBe("saved");
  expect([shelf.document.description, shelf.writes]).toEqual(["new", 1]);
});

test("undo is saved like any change", async () => {
  const { shelf, editor } = opened();
  editor.edit(setField(editor.document, "patience", "duration", "P1D"));
  await editor.flush();
  editor.undo();
  await editor.flush();
  expect(shelf.document.activities.patience?.duration).toBe("P21DT6H");
});

test("work is kept while the server is away", async () => {
  const { shelf, editor } = opened();
  shelf.away = true;
  editor.edit(put(editor.document, ["description"], "kept"));
  await editor.flush();
  expect(editor.snapshot().saving).toBe("lost");
  shelf.away = false;
  await editor.flush();
  expect([editor.snapshot().saving, shelf.document.description]).toEqual(["saved", "kept"]);
});

test("two people at different activities: both changes stay", async () => {
  const { shelf, editor } = opened();
  shelf.change({ ...WIN_BACK, description: "theirs" });
  editor.edit(setField(editor.document, "patience", "duration", "P1D"));
  await editor.flush();
  expect(shelf.document.description).toBe("theirs");
  expect(shelf.document.activities.patience?.duration).toBe("P1D");
  expect(editor.snapshot().saving).toBe("saved");
});

test.each([
  [true, "mine"],
  [false, "theirs"],
])("two people at the same thing: it is asked, and %s keeps '%s'", async (keepMine, kept) => {
  const { shelf, editor } = opened();
  shelf.change({ ...WIN_BACK, description: "theirs" });
  editor.edit(put(editor.document, ["description"], "mine"));
  await editor.flush();
  expect([editor.snapshot().saving, shelf.document.description]).toEqual(["conflict", "theirs"]);
  await editor.settle(keepMine);
  expect([shelf.document.description, editor.document.description]).toEqual([kept, kept]);
  expect(editor.snapshot().saving).toBe("saved");
});

test("what somebody else saves is followed, but never over what is not saved yet", async () => {
  const { shelf, editor } = opened();
  const asked = editor.saved;
  shelf.change({ ...WIN_BACK, description: "theirs" });
  expect(editor.follow(shelf.document, shelf.tag, asked)).toBe(true);
  expect([editor.document.description, editor.snapshot().saving]).toEqual(["theirs", "saved"]);
  editor.edit(put(editor.document, ["description"], "mine"));
  expect(editor.follow(WIN_BACK, "later", editor.saved)).toBe(false);
  await editor.flush();
  expect(editor.follow(WIN_BACK, "late", asked)).toBe(false); // an answer from before the save
  expect([editor.document.description, shelf.document.description]).toEqual(["mine", "mine"]);
});

test("what is undone before it was saved is saved as it is", async () => {
  const { shelf, editor } = opened();
  editor.edit(put(editor.document, ["description"], "new"));
  editor.undo();
  await editor.flush();
  expect([editor.snapshot().saving, shelf.writes]).toEqual(["saved", 0]);
});
