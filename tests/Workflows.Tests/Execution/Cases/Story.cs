using System.Globalization;
using System.Xml;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Tests.Execution.Cases;

/// <summary>
/// Plays a case written as one line of steps and checks: <c>start n=1; tasks a*2,b; do:a x=1; msg:m; sig:s; set n=2; adv:PT1H@timer; wait t;
/// count a=2; var n=2; fail; active; ended</c>. The state is stored and read back before every step.
/// </summary>
internal static class Story
{
    internal static void Plays(string sketch, string steps, params ProcessDefinition[] called) => Plays(sketch, steps, _ => { }, called);

    internal static void Plays(string sketch, string steps, Action<Play> atTheEnd, params ProcessDefinition[] called)
    {
        var play = new Play(Sketch.Read(sketch)).With(called);
        var failed = false;
        foreach (var step in steps.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = step.Split([' ', ':'], 2);
            if (Check(play, words[0], words.Length > 1 ? words[1] : "", failed, $"{step} | open: {string.Join(", ", play.State is null ? [] : play.Tasks)}"))
                continue;
            var before = play.Events.Count;
            failed = Act(play, words[0], words.Length > 1 ? words[1] : "") is Decision.Refused || play.Events.Skip(before).Any(e => e is InstanceEvent.IncidentRaised);
        }
        atTheEnd(play);
    }

    private static bool Check(Play play, string verb, string text, bool failed, string step)
    {
        switch (verb)
        {
            case "tasks":
                Assert.True(Counts(text.Replace("-", "", StringComparison.Ordinal), '*').SequenceEqual(Counts(string.Join(',', play.Tasks), '*')), step);
                return true;
            case "count":
                foreach (var (element, times) in Counts(text, '='))
                    Assert.True(play.Count(element) == times, $"{step}: {element} completed {play.Count(element)} times");
                return true;
            case "wait":
                var waiting = play.State!.ActiveElementIds.Concat(play.State.Timers.Select(t => t.ElementId)).Concat(play.State.Subscriptions.Select(s => s.ElementId)).ToList();
                Assert.True(text.Split(',').All(waiting.Contains), step);
                return true;
            case "var":
                foreach (var (name, value) in Given(text))
                    Assert.True(Equals(play.State!.Variables.GetValueOrDefault(name), value), $"{step}: {play.State!.Variables.ToJson()}");
                return true;
            case "ended": play.Ended(); return true;
            case "active": Assert.False(play.State!.IsEnded, step); return true;
            case "fail": Assert.True(failed, step); return true;
            default: return false;
        }
    }

    private static Decision Act(Play play, string verb, string text)
    {
        var (name, variables) = text.Split(' ', 2) is [var head, var rest] ? (head, Given(rest)) : (text, Variables.None);
        switch (verb)
        {
            case "start": return play.TryDo(new Command.Start("test", Given(text), "owner"));
            case "startAt": return play.TryDo(new Command.Start("test", variables, "owner", name));
            case "do":
                var (task, times) = Counts(name, '*').Single();
                for (var i = 1; i < times; i++)
                    play.Do(new Command.CompleteTask(play.TaskId(task), null, variables, "someone"));
                return play.TryDo(new Command.CompleteTask(play.TaskId(task), null, variables, "someone"));
            case "msg": return play.TryDo(new Command.DeliverMessage(name, null, variables));
            case "sig": return play.TryDo(new Command.BroadcastSignal(name, variables));
            case "set": return play.TryDo(new Command.SetVariables(Given(text)));
            case "adv": return Advance(play, text.Split('@'));
            default: throw new ArgumentException($"Unknown step '{verb}'.");
        }
    }

    private static Decision Advance(Play play, string[] parts)
    {
        var until = play.Now + XmlConvert.ToTimeSpan(parts[0]);
        var fired = new List<string>();
        Decision last = new Decision.Refused(RefusalCode.TimerGone, "nothing was due");
        while (play.State!.Timers.Where(t => t.Due <= until).OrderBy(t => t.Due).FirstOrDefault() is { } due && fired.Count < 1_000)
        {
            play.Now = due.Due > play.Now ? due.Due : play.Now;
            fired.Add(due.ElementId);
            last = play.TryDo(new Command.TriggerTimer(due.TimerId));
        }
        play.Now = until;
        if (parts.Length > 1)
            Assert.Contains(parts[1], fired);
        return last;
    }

    private static SortedDictionary<string, int> Counts(string text, char between)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = word.Split(between);
            counts[parts[0]] = counts.GetValueOrDefault(parts[0]) + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1);
        }
        return counts;
    }

    private static Variables Given(string text) => text.Length == 0 ? Variables.None
        : Variables.FromJson("{" + string.Join(',', text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => $"\"{p.Split('=')[0]}\":{p.Split('=')[1]}")) + "}");
}
