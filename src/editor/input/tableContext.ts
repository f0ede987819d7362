import { headerLine, type RoleContext } from '../../sessions/role/role.ts';

/** The context from a document's first line: in a table it has the column names, however far away a row is. */
export function tableContext(document: { lineAt(line: number): { readonly text: string } }): RoleContext {
  return { header: headerLine(document.lineAt(0).text) };
}
