using System.Globalization;
using System.Text;
using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Tests.Execution;

/// <summary>Builds a random block-structured process out of numbers: whatever one does, it must come to its end.</summary>
internal sealed class Blocks(IReadOnlyList<int> choices)
{
    private readonly StringBuilder nodes = new();
    private int next;
    private int used;

    internal static ProcessDefinition Process(IReadOnlyList<int> choices)
    {
        var blocks = new Blocks(choices);
        blocks.Node("""<startEvent id="start"/>""");
        var last = blocks.Build("start", 3);
        blocks.Node("""<endEvent id="finish"/>""");
        blocks.Flow(last, "finish");
        return Xml.Process(blocks.nodes.ToString(), globals: """<message id="M" name="go"/><signal id="S" name="all"/><error id="E" errorCode="oops"/><escalation id="X" escalationCode="up"/>""");
    }

    /// <summary>Appends a block behind an element and returns the element it ends with.</summary>
    private string Build(string from, int depth)
    {
        var kind = depth == 0 ? Choose(3) : Choose(17);
        return kind switch
        {
            0 => Single(from, """<userTask id="{0}"/>"""),
            1 => Single(from, """<serviceTask id="{0}"><extensionElements><zeebe:taskDefinition type="t"/></extensionElements></serviceTask>"""),
            2 => Single(from, """<intermediateCatchEvent id="{0}"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>"""),
            3 => Build(Build(from, depth - 1), depth - 1),
            4 => Branches(from, depth, "parallelGateway", conditional: false),
            5 => Branches(from, depth, "inclusiveGateway", conditional: true),
            6 => Branches(from, depth, "exclusiveGateway", conditional: true),
            7 => SubProcess(from, depth, ""),
            8 => SubProcess(from, depth, $"""<multiInstanceLoopCharacteristics isSequential="{(Choose(2) == 0 ? "true" : "false")}"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"""),
            9 => Guarded(from, depth),
            10 => Failing(from, depth),
            11 => Escalating(from, depth),
            12 => FirstEvent(from),
            13 => Undone(from, depth),
            14 => Single(from, """<userTask id="{0}"><standardLoopCharacteristics loopMaximum="2"/></userTask>"""),
            15 => Asked(from, """<signalEventDefinition signalRef="S"/>"""),
            _ => Asked(from, "<conditionalEventDefinition><condition>noise = 1</condition></conditionalEventDefinition>"),
        };
    }

    private string Single(string from, string element)
    {
        var id = NewId();
        Node(string.Format(CultureInfo.InvariantCulture, element, id));
        Flow(from, id);
        return id;
    }

    private string Branches(string from, int depth, string gateway, bool conditional)
    {
        var (split, join) = (NewId(), NewId());
        var other = NewId() + "d";
        Node($"""<{gateway} id="{split}"{(conditional ? $" default=\"{other}\"" : "")}/><{gateway} id="{join}"/>""");
        Flow(from, split);
        var count = 2 + Choose(2);
        for (var i = 0; i < count; i++)
        {
            var entry = NewId();
            Node($"""<task id="{entry}"/>""");
            var isDefault = conditional && i == 0;
            nodes.Append(CultureInfo.InvariantCulture, $"<sequenceFlow id=\"{(isDefault ? other : NewId() + "f")}\" sourceRef=\"{split}\" targetRef=\"{entry}\">");
            if (conditional && !isDefault)
                nodes.Append(CultureInfo.InvariantCulture, $"<conditionExpression>{(Choose(2) == 0 ? "true" : "false")}</conditionExpression>");
            nodes.AppendLine("</sequenceFlow>");
            Flow(Build(entry, depth - 1), join);
        }
        return join;
    }

    private string SubProcess(string from, int depth, string loop)
    {
        var id = NewId();
        nodes.AppendLine(CultureInfo.InvariantCulture, $"""<subProcess id="{id}">{loop}<startEvent id="{id}s"/>""");
        Build($"{id}s", depth - 1);
        if (Choose(2) == 0)
            nodes.AppendLine(CultureInfo.InvariantCulture, $"""<subProcess id="{id}e" triggeredByEvent="true"><startEvent id="{id}es" isInterrupting="{(Choose(2) == 0 ? "true" : "false")}"><messageEventDefinition messageRef="M"/></startEvent><userTask id="{id}et"/><sequenceFlow id="{id}ef" sourceRef="{id}es" targetRef="{id}et"/></subProcess>""");
        nodes.AppendLine("</subProcess>");
        Flow(from, id);
        return id;
    }

    private string Guarded(string from, int depth)
    {
        var inner = SubProcess(from, depth, "");
        var (boundary, merge) = (NewId(), NewId());
        var trigger = Choose(3) switch
        {
            0 => "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>",
            1 => """<signalEventDefinition signalRef="S"/>""",
            _ => """<messageEventDefinition messageRef="M"/>""",
        };
        Node($"""<boundaryEvent id="{boundary}" attachedToRef="{inner}" cancelActivity="{(Choose(2) == 0 ? "true" : "false")}">{trigger}</boundaryEvent><exclusiveGateway id="{merge}"/>""");
        Flow(inner, merge);
        var handled = Single(boundary, """<userTask id="{0}"/>""");
        // Beside a non-interrupting event the main path goes on: the side path ends for itself.
        if (nodes.ToString().Contains($"id=\"{boundary}\" attachedToRef=\"{inner}\" cancelActivity=\"true\"", StringComparison.Ordinal))
            Flow(handled, merge);
        return merge;
    }

    /// <summary>A subprocess that may end by an error, which its border catches.</summary>
    private string Failing(string from, int depth)
    {
        var (id, caught, merge) = (NewId(), NewId(), NewId());
        nodes.AppendLine(CultureInfo.InvariantCulture, $"""<subProcess id="{id}"><startEvent id="{id}s"/>""");
        var last = Build($"{id}s", depth - 1);
        Node($"""<endEvent id="{id}e">{(Choose(2) == 0 ? """<errorEventDefinition errorRef="E"/>""" : "")}</endEvent>""");
        Flow(last, $"{id}e");
        Node($"""</subProcess><boundaryEvent id="{caught}" attachedToRef="{id}"><errorEventDefinition{(Choose(2) == 0 ? " errorRef=\"E\"" : "")}/></boundaryEvent><exclusiveGateway id="{merge}"/>""");
        Flow(from, id);
        Flow(id, merge);
        Flow(caught, merge);
        return merge;
    }

    /// <summary>A subprocess, perhaps of many instances, that tells its border something on the way.</summary>
    private string Escalating(string from, int depth)
    {
        var (id, told, aside) = (NewId(), NewId(), NewId());
        nodes.AppendLine(CultureInfo.InvariantCulture, $"""<subProcess id="{id}">{(Choose(2) == 0 ? "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>" : "")}<startEvent id="{id}s"/>""");
        Build(Single($"{id}s", """<intermediateThrowEvent id="{0}"><escalationEventDefinition escalationRef="X"/></intermediateThrowEvent>"""), depth - 1);
        Node($"""</subProcess><boundaryEvent id="{told}" attachedToRef="{id}" cancelActivity="false"><escalationEventDefinition/></boundaryEvent><userTask id="{aside}"/>""");
        Flow(told, aside);
        Flow(from, id);
        return id;
    }

    private string FirstEvent(string from)
    {
        var (gateway, merge) = (NewId(), NewId());
        Node($"""<eventBasedGateway id="{gateway}"/><exclusiveGateway id="{merge}"/>""");
        Flow(from, gateway);
        foreach (var trigger in new[] { """<messageEventDefinition messageRef="M"/>""", """<signalEventDefinition signalRef="S"/>""", "<timerEventDefinition><timeDuration>PT3H</timeDuration></timerEventDefinition>" })
        {
            var caught = NewId();
            Node($"""<intermediateCatchEvent id="{caught}">{trigger}</intermediateCatchEvent>""");
            Flow(gateway, caught);
            Flow(caught, merge);
        }
        return merge;
    }

    /// <summary>Something done and undone again, perhaps with more in between.</summary>
    private string Undone(string from, int depth)
    {
        var (done, undo) = (Single(from, """<userTask id="{0}"/>"""), NewId());
        Node($"""<boundaryEvent id="{undo}b" attachedToRef="{done}"><compensateEventDefinition/></boundaryEvent><userTask id="{undo}" isForCompensation="true"/><association id="{undo}a" sourceRef="{undo}b" targetRef="{undo}"/>""");
        return Single(Build(done, depth - 1), """<intermediateThrowEvent id="{0}"><compensateEventDefinition/></intermediateThrowEvent>""");
    }

    /// <summary>A task for several people with an event on its border.</summary>
    private string Asked(string from, string trigger)
    {
        var (task, border, aside, merge) = (NewId(), NewId(), NewId(), NewId());
        var interrupts = Choose(2) == 0;
        Node($"""<userTask id="{task}"><multiInstanceLoopCharacteristics isSequential="{(Choose(2) == 0 ? "true" : "false")}"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask><boundaryEvent id="{border}" attachedToRef="{task}" cancelActivity="{(interrupts ? "true" : "false")}">{trigger}</boundaryEvent><userTask id="{aside}"/><exclusiveGateway id="{merge}"/>""");
        Flow(from, task);
        Flow(task, merge);
        Flow(border, aside);
        if (interrupts)
            Flow(aside, merge);
        return merge;
    }

    private int Choose(int count) => choices.Count == 0 ? 0 : (int)((uint)choices[used++ % choices.Count] % (uint)count);

    private string NewId() => $"n{++next}";

    private void Node(string xml) => nodes.AppendLine(xml);

    private void Flow(string from, string to) => nodes.AppendLine(CultureInfo.InvariantCulture, $"""<sequenceFlow id="{NewId()}f" sourceRef="{from}" targetRef="{to}"/>""");
}
