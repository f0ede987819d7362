import { parseVsCodeVersion, vsCodeVersions, type VsCodeVersion } from '../host/vscodeInstallation.ts';

/** The versions that tests through the page run in: those that runUi.ts was asked for, all by default. */
export function versionsUnderTest(): readonly VsCodeVersion[] {
  const { UI_TESTS_VERSIONS: chosen } = process.env;
  return chosen === undefined ? vsCodeVersions : chosen.split(' ').map(parseVsCodeVersion);
}
