<?php
// The PHP peers of engine.py: one pair of texts a line of JSON in, CPU time and sizes out.
// Called as: php peers.php KIND [folder of MediaWiki's includes/diff], KIND being one of
// inline, table, json (the three formats of the extension wikidiff2) and core (MediaWiki's own).
ini_set('memory_limit', '3G');
$kind = $argv[1];
if ($kind === 'core') {
    class Html
    {
        public static function rawElement($tag, $attributes = [], $content = '')
        {
            $made = '';
            foreach ($attributes as $name => $value) {
                $text = is_array($value) ? implode(' ', $value) : $value;
                $made .= " $name=\"" . htmlspecialchars((string)$text) . '"';
            }
            return "<$tag$made>$content</$tag>";
        }

        public static function element($tag, $attributes = [], $content = '')
        {
            return self::rawElement($tag, $attributes, htmlspecialchars($content));
        }
    }

    function wfDebug()
    {
    }

    spl_autoload_register(function ($class) use ($argv) {
        $file = $argv[2] . '/' . basename(strtr($class, '\\', '/')) . '.php';
        if (is_file($file)) {
            require_once $file;
        }
    });
}

function answer($kind, $old, $new)
{
    switch ($kind) {
        case 'inline':
            return wikidiff2_inline_diff($old, $new, 2);
        case 'table':
            return wikidiff2_do_diff($old, $new, 2);
        case 'json':
            return wikidiff2_inline_json_diff($old, $new, 2);
    }
    $formatter = new TableDiffFormatter();
    return $formatter->format(new Diff(explode("\n", $old), explode("\n", $new)));
}

function spent()
{
    $usage = getrusage();
    return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']
        + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e6;
}

answer($kind, "a b\nc", "a d\nc");
while (($line = fgets(STDIN)) !== false) {
    $asked = json_decode($line, true);
    $begun = spent();
    for ($n = 0; $n < $asked['times']; $n++) {
        $made = answer($kind, $asked['old'], $asked['new']);
    }
    $seconds = (spent() - $begun) / $asked['times'];
    $shown = $asked['show'] ? $made : '';
    echo json_encode(['seconds' => $seconds, 'made' => $shown], JSON_INVALID_UTF8_SUBSTITUTE), "\n";
    flush();
}
