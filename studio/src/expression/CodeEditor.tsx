import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeCompletion,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, placeholder as placeholderOf } from "@codemirror/view";
import { type RefObject, useEffect, useRef } from "react";
import type { Analysis } from "../api/types";
import { toUnits } from "./analysis";
import { language } from "./language";

interface Props {
  label: string;
  placeholder: string;
  text: string;
  onChange: (text: string) => void;
  /** Asks the server about a text with the cursor at a place in it, in UTF-16 units. */
  look: (text: string, cursor: number) => Promise<Analysis>;
  errors: Analysis["errors"];
  /** Is given what puts a text where the cursor is. */
  insertion?: RefObject<Insertion | null>;
}

/** Puts a text where the cursor is, and the cursor at a place in it, in UTF-16 units. */
export type Insertion = (what: { text: string; caret: number }) => void;

/** The text of an expression: colours, completion, errors where they are, and help under the pointer. */
export function CodeEditor({ label, placeholder, text, onChange, look, errors, insertion }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef({ onChange, look });
  latest.current = { onChange, look };
  const begin = useRef(text);
  useEffect(() => {
    if (!place.current) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: begin.current,
        selection: { anchor: begin.current.length },
        extensions: [
          history(),
          language,
          autocompletion({ override: [(context) => completions(context, latest.current.look)], icons: false }),
          hoverTooltip(async (editor, at) => help(editor.state.doc.toString(), at, latest.current.look), {
            hoverTime: 300,
          }),
          keymap.of([
            { key: "Escape", run: closeCompletion, stopPropagation: true },
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label }),
          placeholderOf(placeholder),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    made.focus();
    if (insertion) {
      insertion.current = ({ text: insert, caret }) => {
        const { from, to } = made.state.selection.main;
        made.dispatch({ changes: { from, to, insert }, selection: { anchor: from + caret } });
        made.focus();
      };
    }
    return () => made.destroy();
  }, [label, placeholder, insertion]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const whole = editor.state.doc.toString();
    const found = errors.map(
      (error): Diagnostic => ({
        from: Math.min(toUnits(whole, error.start), whole.length),
        to: Math.min(Math.max(toUnits(whole, error.end), toUnits(whole, error.start) + 1), whole.length),
        severity: "error",
        message: [error.message, error.hint].filter(Boolean).join(" "),
      }),
    );
    editor.dispatch(setDiagnostics(editor.state, found));
  }, [errors]);
  return <div ref={place} />;
}

async function completions(context: CompletionContext, look: Props["look"]): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  const before = text.slice(0, context.pos);
  if (!context.explicit && !/[\w@#{.("]$/.test(before)) return null;
  const found = (await look(text, context.pos)).completions;
  if (!found || context.aborted) return null;
  return {
    from: toUnits(text, found.start),
    to: toUnits(text, found.end),
    filter: false,
    options: found.items.map((item) => ({
      label: item.label,
      detail: item.type ?? "",
      info: item.detail || undefined,
      apply: (editor, _, from, to) => {
        const caret =
          from +
          (item.caret === null || item.caret === undefined ? item.insert.length : toUnits(item.insert, item.caret));
        editor.dispatch({ changes: { from, to, insert: item.insert }, selection: { anchor: caret } });
      },
    })),
  };
}

async function help(text: string, at: number, look: Props["look"]) {
  const shown = (await look(text, at)).hover;
  if (!shown) return null;
  return {
    pos: toUnits(text, shown.start),
    end: toUnits(text, shown.end),
    create: () => {
      const dom = document.createElement("div");
      dom.className = "expression-help";
      for (const [tag, words] of [
        ["strong", shown.title],
        ["p", shown.text],
        ["code", shown.forms?.join("\n")],
        ["code", shown.example],
      ]) {
        if (!tag || !words) continue;
        const part = document.createElement(tag);
        part.textContent = words;
        dom.append(part);
      }
      return { dom };
    },
  };
}
