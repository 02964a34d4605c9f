using System.Collections.Frozen;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Codes of jurisdictions: countries by ISO 3166-1 (<c>CN</c>), their parts by ISO 3166-2 (<c>US-TX</c>). Parts of CN and US are known one by one, those
/// of other countries by their form. Thread-safe.
/// </summary>
internal static class Jurisdiction
{
    public const string Mainland = "CN";

    private static readonly FrozenSet<string> Countries = Set("""
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ
        DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
        KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ
        OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
        UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
        """);

    private static readonly FrozenDictionary<string, FrozenSet<string>> Parts = new Dictionary<string, FrozenSet<string>>
    {
        [Mainland] = Set("AH BJ CQ FJ GD GS GX GZ HA HB HE HI HK HL HN JL JS JX LN MO NM NX QH SC SD SH SN SX TJ TW XJ XZ YN ZJ"),
        ["US"] = Set("""
            AK AL AR AS AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UM UT VA VI VT
            WA WI WV WY
            """),
    }.ToFrozenDictionary();

    /// <summary>A code as it is written: capitals, no blanks.</summary>
    public static bool IsKnown(string code)
    {
        var country = CountryOf(code);
        if (!Countries.Contains(country))
            return false;
        if (country.Length == code.Length)
            return true;
        var part = code[(country.Length + 1)..];
        return Parts.TryGetValue(country, out var known) ? known.Contains(part) : part is { Length: >= 1 and <= 3 } && part.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter));
    }

    /// <summary>The country that the code is of, or is.</summary>
    public static string CountryOf(string code) => code.IndexOf('-', StringComparison.Ordinal) is var dash and >= 0 ? code[..dash] : code;

    private static FrozenSet<string> Set(string codes) => codes.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();
}
