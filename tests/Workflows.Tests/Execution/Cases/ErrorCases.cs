namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class ErrorCases
{
    private static string Thrown(string code, string borders) => $$"""
        start s
        sub sub {
        start is; end boom err {{code}}; is > boom
        }
        {{borders}}
        user after; s > sub > after
        """;

    [Fact]
    public void The_exact_code_comes_before_a_catch_all() => Story.Plays(
        Thrown("one", "bnd any on sub err *; user a; bnd exact on sub err one; user b; any > a; exact > b"), "start; tasks b");

    [Fact]
    public void A_catch_all_takes_what_nobody_names() => Story.Plays(
        Thrown("one", "bnd other on sub err two; user a; bnd any on sub err *; user b; other > a; any > b"), "start; tasks b");

    [Fact]
    public void A_code_that_does_not_match_goes_on_outwards_and_is_an_incident_at_the_top() => Story.Plays(
        Thrown("one", "bnd other on sub err two; user a; other > a"), "start; fail; active; tasks -");

    [Fact]
    public void A_catch_all_further_in_comes_before_an_exact_catch_further_out() => Story.Plays("""
        start s
        sub outer {
        start os
        sub inner {
        start is; end boom err one; is > boom
        }
        bnd near on inner err *; user here; os > inner; near > here
        }
        bnd far on outer err one; user there; s > outer; far > there
        """, "start; tasks here; do:here; ended");

    [Fact]
    public void An_event_subprocess_comes_before_the_border_of_its_scope_even_as_catch_all() => Story.Plays("""
        start s
        sub sub {
        start is; end boom err one; is > boom
        sub evs event {
        start es err *; user inside; es > inside
        }
        }
        bnd b on sub err one; user outside; user after; s > sub > after; b > outside
        """, "start; tasks inside; do:inside; tasks after");

    [Fact]
    public void An_error_ends_everything_beside_it_in_the_scope_it_leaves() => Story.Plays("""
        start s
        sub sub {
        start is; and p; user wait; user go; end boom err e; is > p; p > wait; p > go > boom
        }
        bnd b on sub err e; user caught; s > sub; b > caught
        """, "start; tasks go,wait; do:go; tasks caught; count wait=0,sub=0,boom=1,b=1");

    [Fact]
    public void An_error_in_one_instance_ends_all_instances() => Story.Plays("""
        start s
        sub sub par 3 {
        start is; user go; end boom err e; is > go > boom
        }
        bnd b on sub err e; user caught; s > sub; b > caught
        """, "start; tasks go*3; do:go; tasks caught; do:caught; ended; count go=1");

    [Fact]
    public void An_error_in_a_sequential_instance_ends_the_rest() => Story.Plays("""
        start s
        sub sub seq 3 {
        start is; user go; xor x; end ok; end boom err e; is > go > x; x > boom if bad; x > ok default
        }
        bnd b on sub err e; user caught; user after; s > sub > after; b > caught
        """, "start bad=false; do:go; do:go bad=true; tasks caught");

    [Fact]
    public void An_error_travels_out_of_a_called_process_through_its_caller() => Story.Plays("""
        start s
        sub sub {
        start is; call c process child; is > c
        }
        bnd b on sub err e; user caught; s > sub; b > caught
        """, "start; tasks inner; do:inner; tasks caught; do:caught; ended",
        Sketch.Read("start cs; user inner; end boom err e; cs > inner > boom", "child"));

    [Fact]
    public void The_called_process_may_catch_it_itself() => Story.Plays(
        "start s; call c process child; bnd b on c err *; user caught; user after; s > c > after; b > caught", "start; tasks handled; do:handled; tasks after",
        Sketch.Read("start cs; end boom err e; cs > boom\nsub evs event {\nstart es err e; user handled; es > handled\n}", "child"));

    [Fact]
    public void A_catch_whose_error_has_no_code_catches_every_error()
    {
        var file = Sketch.Text(Thrown("one", "bnd any on sub err two; user caught; any > caught")).Replace("errorCode=\"two\"", "name=\"anything\"", StringComparison.Ordinal);
        var play = new Play(Workflows.Bpmn.BpmnReader.Read(file).Require().Main).Start();
        play.AtTasks("caught");
    }

    [Fact]
    public void Two_levels_out_it_ends_what_lies_between() => Story.Plays("""
        start s
        sub outer {
        start os; and p; user beside
        sub inner {
        start is; user go; end boom err e; is > go > boom
        }
        os > p; p > beside; p > inner
        }
        bnd b on outer err e; user caught; s > outer; b > caught
        """, "start; tasks beside,go; do:go; tasks caught; count beside=0,inner=0,outer=0");
}
