import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import type { components } from "../../api/schema";

interface Props {
  label: string;
  text: string;
  datasets: readonly components["schemas"]["Dataset"][];
  onChange: (text: string) => void;
  /** Ctrl or Cmd with Enter. */
  onRun: () => void;
}

const LOOK = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--action)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--event)" },
  { tag: tags.number, color: "var(--orchestration)" },
  { tag: tags.comment, color: "var(--soft)" },
]);

/** A query's text, in colours, with the names of datasets and fields offered. */
export function SqlEditor({ label, text, datasets, onChange, onRun }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef({ onChange, onRun });
  latest.current = { onChange, onRun };
  const begin = useRef(text);
  const names = useRef(new Compartment());
  const view = useRef<EditorView>(undefined);
  useEffect(() => {
    if (!place.current) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: begin.current,
        extensions: [
          history(),
          lineNumbers(),
          names.current.of(sql({ dialect: PostgreSQL })),
          syntaxHighlighting(LOOK),
          autocompletion({ icons: false }),
          Prec.highest(
            keymap.of([
              {
                key: "Mod-Enter",
                run: () => {
                  latest.current.onRun();
                  return true;
                },
              },
            ]),
          ),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [label]);
  useEffect(() => {
    const schema = Object.fromEntries(
      datasets.map((dataset) => [dataset.name, dataset.fields.map((field) => field.name)]),
    );
    view.current?.dispatch({ effects: names.current.reconfigure(sql({ dialect: PostgreSQL, schema })) });
  }, [datasets]);
  return <div ref={place} />;
}
