using System.Globalization;
using System.Text;

namespace Orchestrator.Workflows.Feel.Syntax;

/// <summary>Cuts a FEEL text into tokens. Names come in their smallest parts; <see cref="NameTree"/> joins them.</summary>
internal sealed class Lexer(string text)
{
    public const int MaxLength = 100_000;
    private static readonly string[] LongSymbols = ["..", "**", "<=", ">=", "!="];

    private readonly List<Token> tokens = [];
    private int at;

    public static IReadOnlyList<Token> Read(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new FeelSyntaxException(MaxLength, $"The expression is longer than {MaxLength} characters.");
        }

        return new Lexer(text).ReadAll();
    }

    private List<Token> ReadAll()
    {
        for (SkipBlank(); at < text.Length; SkipBlank())
        {
            var letter = text[at];
            if (char.IsAsciiDigit(letter) || (letter == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]) && !FollowsDot()))
            {
                ReadNumber();
            }
            else if (letter == '"')
            {
                ReadText();
            }
            else if (NameLength(at, start: true) > 0)
            {
                ReadName();
            }
            else
            {
                ReadSymbol();
            }
        }

        tokens.Add(new Token(TokenKind.End, text.Length, text.Length, ""));
        return tokens;
    }

    private bool FollowsDot() => at > 0 && text[at - 1] == '.';

    private void SkipBlank()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]) || text[at] is '\uFEFF' or '\u180E' or '\u200B')
            {
                at++;
            }
            else if (Ahead("//"))
            {
                var end = text.AsSpan(at).IndexOfAny('\n', '\r');
                at = end < 0 ? text.Length : at + end;
            }
            else if (Ahead("/*"))
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? throw new FeelSyntaxException(at, "The comment is not closed with '*/'.") : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private bool Ahead(string symbol) => string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0;

    private void ReadNumber()
    {
        var start = at;
        SkipDigits();
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            SkipDigits();
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var sign = at + 1 < text.Length && text[at + 1] is '+' or '-' ? 1 : 0;
            if (at + 1 + sign < text.Length && char.IsAsciiDigit(text[at + 1 + sign]))
            {
                at += 1 + sign;
                SkipDigits();
            }
        }

        Add(TokenKind.Number, start, text[start..at]);
    }

    private void SkipDigits()
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
    }

    private void ReadName()
    {
        var start = at;
        at += NameLength(at, start: true);
        if (text[start] != '?')
        {
            for (var length = NameLength(at, start: false); length > 0; length = NameLength(at, start: false))
            {
                at += length;
            }
        }

        Add(TokenKind.Name, start, text[start..at]);
    }

    // How many UTF-16 units of a name's letter stand here; 0 for none.
    private int NameLength(int index, bool start)
    {
        if (index >= text.Length)
        {
            return 0;
        }

        var letter = text[index];
        if (char.IsAsciiLetter(letter) || letter == '_' || (start ? letter == '?' : char.IsAsciiDigit(letter)))
        {
            return 1;
        }

        if (letter < 0x80)
        {
            return 0;
        }

        if (char.IsSurrogatePair(text, index))
        {
            return 2;
        }

        var category = char.GetUnicodeCategory(letter);
        var isLetter = char.IsLetter(letter) || letter is >= '\u200C' and <= '\u200D' or >= '\u2070' and <= '\u218F';
        var isPart = letter is '\u00B7' or '\u203F' or '\u2040'
            || category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber;
        return isLetter || (!start && isPart) ? 1 : 0;
    }

    private void ReadText()
    {
        var start = at++;
        var value = new StringBuilder();
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                ReadEscape(value);
            }
            else
            {
                value.Append(text[at++]);
            }
        }

        if (at >= text.Length)
        {
            throw new FeelSyntaxException(start, "The string is not closed with '\"'.");
        }

        at++;
        Add(TokenKind.Text, start, value.ToString());
    }

    private void ReadEscape(StringBuilder value)
    {
        var letter = text[at + 1];
        var hexDigits = letter switch { 'u' => 4, 'U' => 6, _ => 0 };
        if (hexDigits > 0)
        {
            if (at + 2 + hexDigits > text.Length
                || !int.TryParse(text.AsSpan(at + 2, hexDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                || code > 0x10FFFF)
            {
                throw new FeelSyntaxException(at, $"'\\{letter}' must be followed by {hexDigits} hexadecimal digits of a code point.");
            }

            value.Append(code > 0xFFFF ? char.ConvertFromUtf32(code) : ((char)code).ToString());
            at += 2 + hexDigits;
            return;
        }

        // An escape that FEEL does not know stays as it is written, so that patterns such as "\d" work.
        value.Append(letter switch { 'n' => "\n", 'r' => "\r", 't' => "\t", '"' => "\"", '\'' => "'", '\\' => "\\", _ => "\\" + letter });
        at += 2;
    }

    private void ReadSymbol()
    {
        var start = at;
        var symbol = Array.Find(LongSymbols, Ahead) ?? (@"+-*/=<>()[]{},.:@';".Contains(text[at], StringComparison.Ordinal) ? text[at].ToString() : null);
        if (symbol is null)
        {
            throw new FeelSyntaxException(at, $"Unexpected character '{text[at]}'.");
        }

        at += symbol.Length;
        Add(TokenKind.Symbol, start, symbol);
    }

    private void Add(TokenKind kind, int start, string value) => tokens.Add(new Token(kind, start, at, value));
}
