/**
 * The commands and what they do: one table for "Help", for Tab and for whoever mistypes one.
 *
 * How a command is read and obeyed is not known here.
 */

/** A command, as a person is told of it. */
export interface CommandHelp {
  /** Its words, as "Help" and Tab spell them. */
  readonly name: string;
  /** What may follow them, if anything may. */
  readonly takes?: "a client-ID" | "a command";
  /** Known at a terminal only; in a pipe, a line like it is a message of a chat. */
  readonly forPersons?: true;
  /** How it is typed, each way with what it does, and whether at a terminal only. */
  readonly forms: readonly (readonly [typed: string, does: string, forPersons?: true])[];
  /** What "Help" and its name adds to that. */
  readonly more: string;
}

interface Group {
  readonly title: string;
  readonly commands: readonly CommandHelp[];
}

const GROUPS: readonly Group[] = [
  {
    title: "To chat",
    commands: [
      {
        name: "Log on",
        forms: [["Log on", "connect to the server"]],
        more: "Parley proves to the server that you know your secret, and the server proves the " +
          "same to you. The secret itself never leaves this machine.",
      },
      {
        name: "Chat",
        takes: "a client-ID",
        forms: [["Chat ID", 'start a chat with ID, such as "Chat bob"']],
        more:
          "Client-IDs are typed exactly: Bob is not bob. A correspondent who is not logged on, " +
          "is in a chat or does not exist is unreachable, and the server does not say which.",
      },
      {
        name: "End chat",
        forms: [["End chat", "end the chat"]],
        more: "Both of you see that it has ended. The messages stay in the history.",
      },
    ],
  },
  {
    title: "Past messages",
    commands: [{
      name: "History",
      takes: "a client-ID",
      forms: [
        ["History ID", "show all past messages with ID"],
        ["History ID N", "show the last N of them"],
        ["History ID > FILE", "write them to a new file", true],
      ],
      more: "The server keeps what you and ID wrote to each other, whoever of you is logged on. " +
        'A count goes with a file too: "History bob 100 > bob.txt". The file is one that only you ' +
        "can read, and no file is ever overwritten.",
    }],
  },
  {
    title: "If a message was not delivered",
    commands: [
      {
        name: "Send again",
        forPersons: true,
        forms: [["Send again", "in a chat: send what was not delivered"]],
        more:
          "Only messages to the same correspondent are sent, in their order, and none that the " +
          "server has stored already.",
      },
      {
        name: "Forget",
        forPersons: true,
        forms: [["Forget", "drop what was not delivered"]],
        more: "In a chat, what was for this correspondent; otherwise all of it.",
      },
    ],
  },
  {
    title: "And",
    commands: [
      {
        name: "Status",
        forPersons: true,
        forms: [["Status", "show the connection and what is on its way"]],
        more: "Round trip is how long the server takes to answer just now.",
      },
      {
        name: "Remember",
        forPersons: true,
        forms: [["Remember", "keep server, ID and secret for the next time"]],
        more: "They are kept in a file that only you can read, once the server has taken them.",
      },
      {
        name: "Log off",
        forms: [["Log off", "end the connection"]],
        more: "Messages on their way are confirmed first. It ends the chat, if there is one, and " +
          "gives up a log-on.",
      },
      {
        name: "Quit",
        forms: [["Quit", "log off and leave"]],
        more: "Ctrl-D on an empty line does the same, and so does Ctrl-C twice.",
      },
      {
        name: "Help",
        takes: "a command",
        forms: [["Help", "show this"]],
        more: "With the name of a command after it, it tells more of that one, as here.",
      },
    ],
  },
];

/** As many words as fit on a line of a usual terminal, with room for one character more. */
const WRAP = /(.{1,78})(?:\s+|$)/g;

/** All commands, in the order in which "Help" tells of them. */
export const COMMANDS: readonly CommandHelp[] = GROUPS.flatMap(({ commands }) => commands);

/** What the commands are, at a terminal or in a pipe. */
export function help(atTerminal: boolean): string {
  const groups = GROUPS.map(({ title, commands }) => ({
    title,
    forms: commands.filter(({ forPersons }) => atTerminal || !forPersons)
      .flatMap(({ forms }) => forms)
      .filter(([, , forPersons]) => atTerminal || !forPersons),
  })).filter(({ forms }) => forms.length > 0);
  return [
    "Commands, in any case:",
    ...groups.flatMap(({ title, forms }) => ["", title, ...forms.map(formLine)]),
    "",
    "In a chat, any other line is sent as a message. To send a line that is a",
    "command, put a \\ before it.",
    ...(atTerminal
      ? [
        "What you paste into a chat is sent as it is, line by line.",
        "",
        "✓ after a message of yours says that the server has stored it. Tab completes",
        "commands and client-IDs, and the arrow keys bring back what you typed before.",
        'For more about a command, type its name after "Help", as in "Help History".',
      ]
      : []),
  ].join("\n");
}

/** More about the command of this name. */
export function helpAbout({ forms, more }: CommandHelp): string {
  return [...forms.map(formLine), more.replace(WRAP, "$1\n").trimEnd()].join("\n");
}

function formLine([typed, does]: CommandHelp["forms"][number]): string {
  return `  ${typed.padEnd(18)} ${does}`;
}
