using System.Globalization;
using System.Xml;

namespace Orchestrator.Conformance.Bpmn;

/// <summary>When a literal timer start fires first.</summary>
internal static class StartTimes
{
    internal static DateTimeOffset? First(string text, DateTimeOffset now)
    {
        if (text.StartsWith('R') && text.Split('/') is [_, .., var last])
            return now + XmlConvert.ToTimeSpan(last);
        if (text.StartsWith('P'))
            return now + XmlConvert.ToTimeSpan(text);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var date) ? date : null;
    }
}
