import * as vscode from 'vscode';
describe('probe', () => {
  it('x', async () => {
    console.log(1);
    const out: unknown[] = [];
    out.push(Object.isFrozen(vscode.window), Object.getOwnPropertyDescriptor(vscode.window,'showWarningMessage'), Object.isFrozen(vscode.env), Object.getOwnPropertyDescriptor(vscode.env,'clipboard'), Object.isFrozen(vscode.commands));
    const item = vscode.window.createStatusBarItem('x'); out.push(Object.isFrozen(item)); item.dispose();
    const ch = vscode.window.createOutputChannel('ZZ', {log:true}); ch.info('hello'); out.push(Object.isFrozen(ch), Object.keys(ch));
    const all = await vscode.commands.getCommands(true);
    out.push(all.filter((c) => c.startsWith('veriffCleanup.')));
    out.push(process.argv, Object.entries(process.env).filter(([k,v])=>/VSCODE|tmp/i.test(k+v)));
    out.push(vscode.extensions.getExtension('session-cleanup.veriff-session-cleanup')?.isActive, vscode.extensions.getExtension('session-cleanup.veriff-session-cleanup')?.extensionPath, __filename);
    throw new Error(JSON.stringify(out,null,1));
  });
});
