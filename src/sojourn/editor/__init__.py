"""Around the language: what its editors ask of a text, its simple view, and values to try an expression on (rule 7.1).

`analyse` is what an editor shows of a text; `cursor` says where the cursor is, `complete` what can stand there, of what
is `visible`. `simple` turns a condition into rows and back, by the table of `operators`. `context` is for trying out.
"""
