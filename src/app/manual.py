#!/usr/bin/python3
"""Man pages and completions, made of what the program says of itself.

    manual.py PROGRAM FOLDER

Below FOLDER: man/man1/ohmcarlo*.1, man/man5/ohmcarlo-keys.5, bash-completion/completions/ohmcarlo and
zsh/site-functions/_ohmcarlo. Pages and completions of commands come from --help, those of keys from `check --keys`.
"""

import pathlib
import re
import subprocess
import sys

OPTION = re.compile(
    r"^  (?:-(?P<short>\w) \[ )?--(?P<long>[\w-]+)(?: \])?(?P<argument> arg)?(?: \((?P<default>=.*?)\))?(?:  +(?P<text>.*))?$"
)


def say(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=True).stdout


def paragraphs(usage):
    """(lines of the synopsis, the rest) of a --help text before its options."""
    synopsis, _, rest = usage.partition("\n\n")
    return synopsis.splitlines(), rest.strip("\n")


def read_options(text):
    """[(names, takes an argument, meaning)] of the options in a --help text."""
    found = []
    for line in text.partition("\nOptions:\n")[2].splitlines():
        option = OPTION.match(line)
        if option:
            names = [f"-{option['short']}"] if option["short"] else []
            meaning = option["text"] or ""
            if option["default"]:
                meaning += f" (default {option['default'][1:]})"
            found.append([[*names, f"--{option['long']}"], bool(option["argument"]), meaning])
        elif found and line.startswith("    "):
            found[-1][2] = f"{found[-1][2]} {line.strip()}".strip()
    return [(names, takes, " ".join(meaning.split())) for names, takes, meaning in found]


def commands(program):
    """{command: its --help} in the order of the program's own help."""
    names = dict.fromkeys(re.findall(r"^  ohmcarlo (\w+)", say(program, "--help"), re.M))
    return {name: say(program, name, "--help") for name in names}


def words_of(name, usage):
    """Second words of a command that has some."""
    synopsis, rest = paragraphs(usage)
    pattern = rf"^ohmcarlo {name} ([a-z][\w-]*(?: [A-Z]+)?(?: \| [a-z][\w-]*(?: [A-Z]+)?)*)"
    found = [match[1] for line in [*synopsis, *rest.splitlines()] if (match := re.match(pattern, line))]
    return [part.split()[0] for line in found for part in line.split(" | ")]


def keys(program):
    """[(key, meaning, what it may be)]"""
    found = []
    for line in say(program, "check", "--keys").splitlines():
        if not line.startswith(" "):
            key, _, meaning = line.partition(" ")
            found.append([key, meaning.strip(), ""])
        elif found:
            found[-1][2] = f"{found[-1][2]} {line.strip()}".strip()
    return [tuple(each) for each in found]


# ---- man pages -----------------------------------------------------------------------------------------------------------


def roff(text):
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(f"\\&{line}" if line[:1] in (".", "'") else line for line in escaped.splitlines())


def page(name, section, version, summary, body):
    return f'.TH "{name.upper()}" "{section}" "" "ohmcarlo {version}" "ohmcarlo"\n.SH NAME\n{roff(name)} \\- {roff(summary)}\n{body}'


def verbatim(lines):
    return ".nf\n" + roff("\n".join(lines)) + "\n.fi\n"


def command_page(name, usage, version):
    synopsis, rest = paragraphs(usage.partition("\nOptions:\n")[0])
    body = ".SH SYNOPSIS\n" + verbatim(synopsis) + ".SH DESCRIPTION\n" + verbatim(rest.splitlines())
    options = read_options(usage)
    if options:
        body += ".SH OPTIONS\n"
        for names, takes, meaning in options:
            argument = " \\fIarg\\fR" if takes else ""
            body += f".TP\n\\fB{roff(', '.join(names))}\\fR{argument}\n{roff(meaning)}\n"
    body += ".SH SEE ALSO\n.BR ohmcarlo (1),\n.BR ohmcarlo\\-keys (5)\n"
    summary = rest.split(".")[0].replace("\n", " ") if rest and not rest.startswith("ohmcarlo") else f"the command {name}"
    return page(f"ohmcarlo-{name}", 1, version, summary, body)


def keys_page(all_keys, version):
    body = ".SH DESCRIPTION\nKeys of experiment files, which are TOML: key \\fIa.b\\fR is \\fIb\\fR in the table \\fI[a]\\fR.\n.SH KEYS\n"
    for key, meaning, allowed in all_keys:
        body += f".TP\n\\fB{roff(key)}\\fR\n{roff(meaning)}\n.br\n{roff(allowed)}\n"
    return page("ohmcarlo-keys", 5, version, "keys of experiment files", body)


def program_page(overview, names, version):
    synopsis, rest = paragraphs(overview)
    body = ".SH DESCRIPTION\n" + verbatim(rest.splitlines()) + ".SH SEE ALSO\n"
    body += "".join(f".BR ohmcarlo\\-{name} (1),\n" for name in names) + ".BR ohmcarlo\\-keys (5)\n"
    return page("ohmcarlo", 1, version, synopsis[0].partition(": ")[2], body)


# ---- completions ---------------------------------------------------------------------------------------------------------


def bash_completion(helps, all_keys):
    cases = ""
    for name, usage in helps.items():
        options = " ".join(word for names, _, _ in read_options(usage) for word in names if word.startswith("--")) or "--help"
        cases += f'    {name}) options="{options}"; words="{" ".join(words_of(name, usage))}" ;;\n'
    return f"""# bash completion of ohmcarlo
_ohmcarlo() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} options='' words=''
  COMPREPLY=()
  if [[ $COMP_CWORD == 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W '{" ".join(helps)} --help --version' -- "$word")
    return
  fi
  if [[ $before == --set ]]; then
    compopt -o nospace
    mapfile -t COMPREPLY < <(compgen -W '{" ".join(f"{key}=" for key, _, _ in all_keys)}' -- "$word")
    return
  fi
  case ${{COMP_WORDS[1]}} in
{cases}  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  elif [[ $COMP_CWORD == 2 && -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  else
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}}
complete -F _ohmcarlo ohmcarlo
"""


def zsh_quoted(text):
    for mark in "\\'[]:":
        text = text.replace(mark, "'\\''" if mark == "'" else f"\\{mark}")
    return text


def zsh_completion(helps, all_keys):
    cases = ""
    for name, usage in helps.items():
        lines = []
        for names, takes, meaning in read_options(usage):
            target = "" if not takes else ":KEY=VALUE:_ohmcarlo_keys" if "--set" in names else ":value:_files"
            repeats = "*" if takes else ""
            lines += [f"'{repeats}{word}[{zsh_quoted(meaning)}]{target}'" for word in names]
        words = words_of(name, usage)
        rest = f"'*:action:({' '.join(words)})'" if words else "'*:file:_files'"
        cases += f"    {name}) _arguments {' '.join([*lines, rest])} ;;\n"
    described = " ".join(f"'{name}'" for name in helps)
    return f"""#compdef ohmcarlo
# zsh completion of ohmcarlo
_ohmcarlo_keys() {{
  compadd -S '' -- {" ".join(f"{key}=" for key, _, _ in all_keys)}
}}
_ohmcarlo() {{
  if (( CURRENT == 2 )); then
    compadd -- {described} --help --version
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
{cases}  esac
}}
_ohmcarlo "$@"
"""


def main(program, folder):
    version = re.match(r"ohmcarlo (\S+)", say(program, "--version"))[1]
    helps, all_keys = commands(program), keys(program)
    folder = pathlib.Path(folder)
    texts = {"man/man1/ohmcarlo.1": program_page(say(program, "--help"), helps, version)}
    texts |= {f"man/man1/ohmcarlo-{name}.1": command_page(name, usage, version) for name, usage in helps.items()}
    texts["man/man5/ohmcarlo-keys.5"] = keys_page(all_keys, version)
    texts["bash-completion/completions/ohmcarlo"] = bash_completion(helps, all_keys)
    texts["zsh/site-functions/_ohmcarlo"] = zsh_completion(helps, all_keys)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
