import { expect, test } from "vitest";
import { idsIn, linesIn, listIn, recordsIn, tableIn } from "./csv";

test("quotes, line ends and byte order marks", () => {
  const table = tableIn('\uFEFFid,note\r\na,"one, ""two""\nthree"\r\n\r\nb,\n');
  expect(table.head).toEqual(["id", "note"]);
  expect(table.rows).toEqual([
    { line: 2, cells: ["a", 'one, "two"\nthree'] },
    { line: 5, cells: ["b", ""] },
  ]);
});

test("semicolons and tabs", () => {
  expect(tableIn("a;b\n1;2").rows[0]?.cells).toEqual(["1", "2"]);
  expect(tableIn("a\tb\n1\t2").head).toEqual(["a", "b"]);
});

test("ids once, and the rows without one", () => {
  const { ids, bad } = idsIn(tableIn(`id,x\nann,1\n,2\nann,3\n${"y".repeat(2001)},4\nbob,5`), 0);
  expect(ids).toEqual(["ann", "bob"]);
  expect(bad.map(({ line, why }) => [line, why])).toEqual([
    [3, "empty"],
    [4, "repeated"],
    [5, "long"],
  ]);
});

test("a list of ids alone has no head", () => {
  expect(listIn("ann\nbob")).toEqual({
    head: ["id"],
    rows: [
      { line: 1, cells: ["ann"] },
      { line: 2, cells: ["bob"] },
    ],
  });
});

test("records by paths and types", () => {
  const fields = { "_t.crm": "string", "_t.n": "integer", vip: "boolean", tags: "list<string>" };
  const { records, bad } = recordsIn(
    tableIn('_t.crm,_t.n,vip,tags\n7,"1,204",TRUE,"[""a""]"\nx,1.5,true,\ny,,,'),
    fields,
  );
  expect(records.map((each) => JSON.parse(each.json))).toEqual([
    { _t: { crm: "7", n: 1204 }, vip: true, tags: ["a"] },
    { _t: { crm: "y" } },
  ]);
  expect(bad).toEqual([{ line: 3, why: "type", text: "_t.n: 1.5" }]);
});

test("JSON lines", () => {
  expect(linesIn('{"a":1}\n\n{"b":2}').records.map((each) => each.line)).toEqual([1, 3]);
});
