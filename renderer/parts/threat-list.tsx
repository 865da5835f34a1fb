// Rules that matched at a packet or in a flow: what each says, the way to its bytes and its text, and how to turn it off.
import { useState, type ReactNode } from 'react';
import type { FlowRow, PacketRow, PacketThreat, RuleRow } from '../../contract/index.ts';
import { goToPacket } from '../state/actions.ts';
import { filterItems } from '../state/filter-menu.ts';
import { act, isEcho, openMenuFor, type MenuItem } from '../state/menu.ts';
import {
  copyRule,
  packetsOfRule,
  ruleFilter,
  ruleNumber,
  showMatch,
  showMatchAt,
  showRule,
  switchRule,
} from '../state/threat.ts';
import { count, shortened, visible } from '../words/format.ts';
import { useWord, word as wordNow } from '../words/words.ts';
import { Buffers, RuleText } from './rule-dialog.tsx';
import { useFlowThreats, usePacketThreats } from './use-threats.ts';

/** Rules that are listed above a tree. */
const SHOWN = 3;
/** Characters of a buffer in a title. */
const LONGEST_TITLE = 200;

/** What can be done with a match, in its menu. */
export function matchItems(match: PacketThreat): MenuItem[] {
  return [
    act('threat.rule.show', () => showRule(match, match.packet, match)),
    ...(match.bytes.length === 0 ? [] : [act('threat.bytes', () => showMatch(match))]),
    act('threat.rule.packets', () => packetsOfRule(match)),
    { kind: 'line' },
    ...filterItems(ruleFilter(match.sid)),
    { kind: 'line' },
    act('threat.rule.off', () => void switchRule(match, false)),
    act('threat.rule.copy', () => void copyRule(match)),
  ];
}

/** The menu of a rule's row in the packet list. */
export function ruleRowItems(rule: RuleRow): MenuItem[] {
  return [
    act('threat.rule.show', () => showRule(rule, rule.packet), 'Enter'),
    act('threat.bytes', () => void showMatchAt(rule, rule.packet)),
    act('threat.rule.packets', () => packetsOfRule(rule)),
    { kind: 'line' },
    ...filterItems(ruleFilter(rule.sid)),
    { kind: 'line' },
    act('threat.rule.off', () => void switchRule(rule, false)),
    act('threat.rule.copy', () => void copyRule(rule)),
  ];
}

/** @param isBrief its number stands elsewhere */
function Head({ match, isBrief }: { readonly match: PacketThreat; readonly isBrief?: boolean }): ReactNode {
  const word = useWord();
  return (
    <>
      <span
        className={`threat-priority priority-${Math.min(4, match.priority)}`}
        title={word('threat.rule.priority', { n: match.priority })}
      >
        {match.priority}
      </span>
      <button
        type="button"
        className="threat-msg"
        title={visible(match.msg)}
        onClick={() => showRule(match, match.packet, match)}
      >
        {visible(match.msg)}
      </button>
      {isBrief === true ? null : <span className="dim mono threat-sid">{ruleNumber(match)}</span>}
    </>
  );
}

/** The buffers that it matched in, by name; what they held stands in the title. */
function In({ match }: { readonly match: PacketThreat }): ReactNode {
  const word = useWord();
  if (match.buffers.length === 0) return null;
  const names = [...new Set(match.buffers.map(({ name }) => visible(name)))].join(', ');
  const held = match.buffers.map((b) => `${visible(b.name)}: ${shortened(visible(b.held), LONGEST_TITLE)}`).join('\n');
  return (
    <span className="dim threat-in" title={held}>
      {word('threat.held.in', { names })}
    </span>
  );
}

/** Below the message: number, class, and the buffers that it matched in. */
function Under({ match }: { readonly match: PacketThreat }): ReactNode {
  return (
    <div className="threat-under">
      <span className="dim mono">{ruleNumber(match)}</span>
      {match.classtype === null ? null : <span className="dim">{visible(match.classtype)}</span>}
      <In match={match} />
    </div>
  );
}

/** Above the packet's tree, where rules matched at it. */
export function ThreatHead({ packet }: { readonly packet: PacketRow | null }): ReactNode {
  const word = useWord();
  const matches = usePacketThreats(packet);
  const [all, setAll] = useState(false);
  const threats = matches?.threats ?? [];
  if (threats.length === 0) return null;
  const rest = all ? 0 : threats.length - SHOWN;
  return (
    <ul className="threat-head" aria-label={word('threat.at')}>
      {(all ? threats : threats.slice(0, SHOWN)).map((match) => (
        <li
          key={`${match.gid}:${match.sid}`}
          onContextMenu={(e) => {
            e.preventDefault();
            if (!isEcho(e)) openMenuFor(e.currentTarget, { x: e.clientX, y: e.clientY }, menuOf(match));
          }}
        >
          <div className="threat-top">
            <Head match={match} isBrief />
            <Ways match={match} />
          </div>
          <Under match={match} />
        </li>
      ))}
      {rest > 0 ? (
        <li>
          <button type="button" className="link-button" onClick={() => setAll(true)}>
            {word('threat.here.more', { n: rest })}
          </button>
        </li>
      ) : null}
    </ul>
  );
}

/** A stream is asked when its bytes are acknowledged: they lie in a packet before. */
function bytesWord({ packet, bytesIn }: PacketThreat): string {
  return packet === bytesIn ? wordNow('threat.bytes') : wordNow('threat.bytesIn', { n: count(bytesIn + 1) });
}

function menuOf(match: PacketThreat): { readonly label: string; readonly items: MenuItem[] } {
  return { label: wordNow('threat.rule', { sid: String(match.sid) }), items: matchItems(match) };
}

/** The ways from a match: to its bytes, and to its menu. @param children stand before them */
function Ways({ match, children }: { readonly match: PacketThreat; readonly children?: ReactNode }): ReactNode {
  const word = useWord();
  return (
    <span className="threat-ways">
      {children}
      {match.bytes.length === 0 ? null : (
        <button type="button" className="link-button" onClick={() => showMatch(match)}>
          {bytesWord(match)}
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        aria-haspopup="menu"
        aria-label={word('threat.rule', { sid: String(match.sid) })}
        onClick={(e) => openMenuFor(e.currentTarget, null, menuOf(match))}
      >
        ⋯
      </button>
    </span>
  );
}

/**
 * Rules that matched in a flow. @param full with their texts and what they matched on @returns nothing where none did
 */
export function FlowThreats({ flow, full }: { readonly flow: FlowRow; readonly full: boolean }): ReactNode {
  const word = useWord();
  const matches = useFlowThreats(flow);
  if (matches === null || matches.threats.length === 0) return null;
  return (
    <section className="threat-flow" aria-label={word('threat.at')}>
      <h3>{word('threat.at')}</h3>
      <ul>
        {matches.threats.map((match) => (
          <li key={`${match.gid}:${match.sid} ${match.packet}`}>
            <div className="threat-line">
              <Head match={match} />
              <Ways match={match}>
                <button type="button" className="link-button" onClick={() => goToPacket(match.packet)}>
                  {word('threat.packet', { n: count(match.packet + 1) })}
                </button>
                <In match={match} />
              </Ways>
            </div>
            {full ? (
              <details>
                <summary>{word('threat.rule.text')}</summary>
                <RuleText text={match.text} />
                {match.buffers.length === 0 ? null : <Buffers match={match} />}
              </details>
            ) : null}
          </li>
        ))}
      </ul>
      {matches.more > 0 ? <p className="dim">{word('threat.flow.more', { n: count(matches.more) })}</p> : null}
    </section>
  );
}
