using System.Globalization;
using System.Text;
using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Tests.Execution.Cases;

/// <summary>
/// BPMN from a few lines, so that a case shows its diagram: <c>user a par 3</c>, <c>bnd t on a timer PT1H non</c>, <c>sub s {</c> … <c>}</c>,
/// <c>a > b > c</c>, <c>x > b if n = 1</c>, <c>x > c default</c>, <c>user undo handles a</c>. Several on one line are parted by <c>;</c>.
/// Messages, signals, errors and escalations are declared by being used; <c>*</c> means any code.
/// </summary>
internal sealed class Sketch
{
    private readonly StringBuilder body = new();
    private readonly SortedSet<string> globals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> defaults = new(StringComparer.Ordinal);
    private int count;

    internal static ProcessDefinition Read(string lines, string id = "process")
    {
        var reading = BpmnReader.Read(Text(lines, id));
        Assert.True(reading.Definitions is not null, string.Join('\n', reading.Problems));
        return reading.Definitions.Main;
    }

    internal static string Text(string lines, string id = "process")
    {
        var sketch = new Sketch();
        foreach (var line in lines.Split(['\n', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            sketch.Line(line);
        var text = sketch.body.ToString();
        foreach (var (source, flow) in sketch.defaults)
            text = text.Replace($"id=\"{source}\"", $"id=\"{source}\" default=\"{flow}\"", StringComparison.Ordinal);
        return Xml.File(text, globals: string.Concat(sketch.globals), id: id);
    }

    private void Line(string line)
    {
        if (line == "}")
            body.AppendLine("</subProcess>");
        else if (line.Contains(" > ", StringComparison.Ordinal) && !line.Contains('{', StringComparison.Ordinal) && line.Split(' ')[1] == ">")
            Flows(line);
        else
            Node(new(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    private void Flows(string line)
    {
        var end = line.IndexOf(" if ", StringComparison.Ordinal);
        var parts = (end < 0 ? line : line[..end]).Split(" > ");
        if (end >= 0)
            parts[^1] += line[end..];
        for (var i = 1; i < parts.Length; i++)
        {
            var target = parts[i].Split(' ', 3);
            var id = $"f{++count}";
            var condition = target is [_, "if", var text] ? $"<conditionExpression>{text.Replace("<", "&lt;", StringComparison.Ordinal)}</conditionExpression>" : "";
            if (target is [_, "default"])
                defaults.Add(parts[i - 1], id);
            body.AppendLine(CultureInfo.InvariantCulture, $"""<sequenceFlow id="{id}" sourceRef="{parts[i - 1].Split(' ')[0]}" targetRef="{target[0]}">{condition}</sequenceFlow>""");
        }
    }

    private void Node(Queue<string> words)
    {
        var (kind, id) = (words.Dequeue(), words.Dequeue());
        var parts = new Parts(globals);
        while (words.TryDequeue(out var word))
            parts.Take(word, words);
        if (parts.Handles is { } activity)
        {
            body.AppendLine(CultureInfo.InvariantCulture, $"""<boundaryEvent id="c-{id}" attachedToRef="{activity}"><compensateEventDefinition/></boundaryEvent><association id="as-{id}" sourceRef="c-{id}" targetRef="{id}"/>""");
            parts.Attributes += """ isForCompensation="true" """;
        }
        var name = kind switch
        {
            "start" => "startEvent", "end" => "endEvent", "catch" => "intermediateCatchEvent", "throw" => "intermediateThrowEvent", "bnd" => "boundaryEvent",
            "user" => "userTask", "script" => "scriptTask", "recv" => "receiveTask", "send" => "sendTask", "call" => "callActivity", "sub" => "subProcess",
            "xor" => "exclusiveGateway", "and" => "parallelGateway", "or" => "inclusiveGateway", "evt" => "eventBasedGateway", _ => kind,
        };
        var flag = !parts.IsNonInterrupting ? "" : kind == "bnd" ? """ cancelActivity="false" """ : """ isInterrupting="false" """;
        body.Append(CultureInfo.InvariantCulture, $"""<{name} id="{id}"{parts.Attributes}{flag}>{parts.Extensions}{parts.Inner}""");
        body.AppendLine(parts.IsOpen ? "" : $"</{name}>");
    }

    private sealed class Parts(SortedSet<string> globals)
    {
        internal string Attributes { get; set; } = "";
        internal string Inner { get; private set; } = "";
        internal string Extensions { get; private set; } = "";
        internal string? Handles { get; private set; }
        internal bool IsNonInterrupting { get; private set; }
        internal bool IsOpen { get; private set; }

        internal void Take(string word, Queue<string> words)
        {
            switch (word)
            {
                case "{": IsOpen = true; break;
                case "non": IsNonInterrupting = true; break;
                case "event": Attributes += """ triggeredByEvent="true" """; break;
                case "on": Attributes += $""" attachedToRef="{words.Dequeue()}" """; break;
                case "handles": Handles = words.Dequeue(); break;
                case "process": Attributes += $""" calledElement="{words.Dequeue()}" """; break;
                case "receives": Attributes += $""" messageRef="{Global("message", words.Dequeue(), "name")}" """; break;
                case "msg": Inner += $"""<messageEventDefinition messageRef="{Global("message", words.Dequeue(), "name")}"/>"""; break;
                case "sig": Inner += $"""<signalEventDefinition signalRef="{Global("signal", words.Dequeue(), "name")}"/>"""; break;
                case "err": Inner += Coded("error", words.Dequeue()); break;
                case "esc": Inner += Coded("escalation", words.Dequeue()); break;
                case "comp": Inner += words.TryDequeue(out var activity) ? $"""<compensateEventDefinition activityRef="{activity}"/>""" : "<compensateEventDefinition/>"; break;
                case "term": Inner += "<terminateEventDefinition/>"; break;
                case "link": Inner += $"""<linkEventDefinition name="{words.Dequeue()}"/>"""; break;
                case "timer": Inner += Timer("timeDuration", words.Dequeue()); break;
                case "date": Inner += Timer("timeDate", words.Dequeue()); break;
                case "cycle": Inner += Timer("timeCycle", words.Dequeue().Replace('_', ' ')); break;
                case "cond": Inner += $"<conditionalEventDefinition><condition>{Rest(words)}</condition></conditionalEventDefinition>"; break;
                case "does": Extensions += Script(words.Dequeue(), Rest(words)); break;
                default: Loop(word, words); break;
            }
        }

        private void Loop(string word, Queue<string> words)
        {
            Inner += word switch
            {
                "par" or "seq" => $"""<multiInstanceLoopCharacteristics isSequential="{(word == "seq" ? "true" : "false")}"><loopCardinality>{words.Dequeue()}</loopCardinality>{Until(words)}</multiInstanceLoopCharacteristics>""",
                "each" or "each-seq" => $"""<multiInstanceLoopCharacteristics isSequential="{(word == "each" ? "false" : "true")}"><loopDataInputRef>{words.Dequeue()}</loopDataInputRef><inputDataItem name="{words.Dequeue()}"/>{Until(words)}</multiInstanceLoopCharacteristics>""",
                "while" => $"<standardLoopCharacteristics><loopCondition>{Rest(words)}</loopCondition></standardLoopCharacteristics>",
                "while-first" => $"""<standardLoopCharacteristics testBefore="true"><loopCondition>{Rest(words)}</loopCondition></standardLoopCharacteristics>""",
                "times" => $"""<standardLoopCharacteristics loopMaximum="{words.Dequeue()}"/>""",
                _ => throw new ArgumentException($"'{word}' means nothing in a sketch."),
            };
        }

        private static string Until(Queue<string> words) =>
            words.TryPeek(out var next) && next == "until" && words.Dequeue() is not null ? $"<completionCondition>{Rest(words)}</completionCondition>" : "";

        // The rest of the line, but not the brace that opens a subprocess nor a script.
        private static string Rest(Queue<string> words)
        {
            var taken = new List<string>();
            while (words.TryPeek(out var next) && next is not ("{" or "does"))
                taken.Add(words.Dequeue());
            return string.Join(' ', taken).Replace("<", "&lt;", StringComparison.Ordinal);
        }

        private static string Script(string result, string expression) =>
            $"""<extensionElements><zeebe:script expression="= {expression.Replace("\"", "&quot;", StringComparison.Ordinal)}" resultVariable="{result}"/></extensionElements>""";

        private static string Timer(string element, string text) => $"<timerEventDefinition><{element}>{text}</{element}></timerEventDefinition>";

        private string Coded(string kind, string code) =>
            code == "*" ? $"<{kind}EventDefinition/>" : $"<{kind}EventDefinition {kind}Ref=\"{Global(kind, code, $"{kind}Code")}\"/>";

        private string Global(string element, string name, string attribute)
        {
            globals.Add($"<{element} id=\"{element}-{name}\" {attribute}=\"{name}\"/>");
            return $"{element}-{name}";
        }
    }
}
