# Completion for {NAME} in fish: {NAME} completions fish | source
function __{NAME}_complete
    set -l words (commandline -opc)
    set -lx COMP_LINE (commandline -cp)
    $words[1] --shell-completion query=fish 2>/dev/null
end
complete -c {NAME} -e
complete -c {NAME} -f -a '(__{NAME}_complete)'
