import type { ReactNode } from "react";

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  first: string;
  name: (row: Row) => string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
}

/** A table of numbers: what each row is of, then its numbers. */
export function Sheet<Row>({ first, name, rows, columns }: Props<Row>) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{first}</th>
          {columns.map(({ id, label }) => (
            <th key={id} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={name(row)}>
            <th scope="row">{name(row)}</th>
            {columns.map(({ id, cell }) => (
              <td key={id}>{cell(row)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
