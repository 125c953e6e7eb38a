/** Colours of the expression language: enough for the eye, the server reads it properly. */
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const WORDS = new Set(["and", "or", "not", "is", "null", "has", "if", "then", "else", "true", "false", "params"]);

const expression = StreamLanguage.define({
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^@\{[^}]*\}?/)) return "variableName";
    if (stream.match(/^#\{[^}]*\}?/)) return "propertyName";
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
    if (stream.match(/^\d+(?:\.\d+)?/)) return "number";
    if (stream.match(/^[A-Za-z_]\w*/)) {
      if (WORDS.has(stream.current())) return "keyword";
      return stream.peek() === "(" ? "function" : null;
    }
    if (stream.match(/^(?:==|!=|<=|>=|[<>+\-*/%])/)) return "operator";
    stream.next();
    return null;
  },
  tokenTable: { function: tags.function(tags.variableName) },
});

const colours = HighlightStyle.define([
  { tag: tags.variableName, color: "var(--event)" },
  { tag: tags.propertyName, color: "var(--action)" },
  { tag: tags.string, color: "var(--orchestration)" },
  { tag: tags.number, color: "var(--orchestration)" },
  { tag: tags.keyword, color: "var(--accent-ink)", fontWeight: "600" },
  { tag: tags.function(tags.variableName), color: "var(--accent-ink)" },
]);

export const language = [expression, syntaxHighlighting(colours)];
