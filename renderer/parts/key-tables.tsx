// Tables of keys beside the key log of TLS: lines as Wireshark's files have them, told to the dissector, kept in memory.
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { KEY_TABLES, type KeyTableName, type KeyTableState } from '../../contract/index.ts';
import { runJob } from '../state/actions.ts';
import { readAgain } from '../state/packet-work.ts';
import { useWord, word as wordNow } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

const NAMES = Object.keys(KEY_TABLES) as KeyTableName[];
const EXAMPLES: Readonly<Record<KeyTableName, string>> = {
  '80211_keys': '"wpa-pwd","password:SSID"',
  esp_sa: '"IPv4","*","*","0x00000001","AES-CBC [RFC3602]","0x…","NULL","","32-bit"',
  ikev1_decryption_table: '0011223344556677,8899aabbccddeeff…',
  ikev2_decryption_table: '0011…,8899…,sk_ei,sk_er,"AES-CBC-128 [RFC3602]",sk_ai,sk_ar,"HMAC_SHA1_96 [RFC2404]"',
  snmp_users: '"","user","SHA1","password","AES","password",""',
  wg_keys: '"Private","base64 of the key"',
  zigbee_pc_keys: '"5a:69:67:…","Normal","network"',
};

export function KeyTables(): ReactNode {
  const word = useWord();
  const [state, setState] = useState<KeyTableState>({ tables: [] });
  const [table, setTable] = useState<KeyTableName>('80211_keys');
  const [text, setText] = useState('');
  useEffect(() => {
    void runJob('keyTables', {}, wordNow('preferencesReading')).then((now) => setState(now ?? { tables: [] }));
  }, []);
  const tell = async (of: KeyTableName, lines: string | null): Promise<void> => {
    const now = await runJob('keyTable', { table: of, text: lines }, wordNow('preferencesReading'));
    if (now === null) return;
    setState(now);
    if (lines !== null) setText('');
    readAgain();
  };
  const use = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== '') void tell(table, text);
  };
  return (
    <Dialog title={word('keyTables')}>
      <p>{word('keyTablesLead')}</p>
      <ul className="decode-list">
        {state.tables.map((t) => (
          <li key={t.table}>
            <span>{word(`keyTable.${t.table}`)}</span>
            <span className="mono">{word('keysLines', { n: t.lines })}</span>
            <button type="button" className="link-button" onClick={() => void tell(t.table, null)}>
              {word('keysForget')}
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={use}>
        <label className="field-row">
          <span>{word('keyTable')}</span>
          <select className="field" value={table} onChange={(e) => setTable(e.target.value as KeyTableName)} data-first>
            {NAMES.map((name) => (
              <option key={name} value={name}>
                {word(`keyTable.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <label className="key-paste">
          <span>{KEY_TABLES[table]}</span>
          <textarea
            className="field mono"
            rows={4}
            spellCheck={false}
            autoComplete="off"
            value={text}
            onChange={(e) => setText(e.target.value)}
            placeholder={EXAMPLES[table]}
          />
        </label>
        <p className="dim">{word('keyTablesFile', { name: table })}</p>
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={text.trim() === ''}>
            {word('keysUse')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
