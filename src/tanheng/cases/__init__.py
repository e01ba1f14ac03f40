"""Cases: what goes from state to state by steps that somebody has the right to take.

    class Project(Case):
        AREA, SEE = "credits", "projects.see"
        SLUG, NAME, STATES, INITIAL = "projects", Text(...), {...}, "draft"
        state = state_field(INITIAL)

        @step(Text("Submit", "提交"), "draft", "submitted", right="projects.apply", asks=(Given(...),))
        def submit(self, given, acting_user): ...

    take(project, "submit", acting_user=user, reason="...", given={...})     one transaction, one passage, one leaf

``models``    ``Case``, and ``Passage``: every step that was taken, append-only and in the transparency log
``steps``     what a step is; which there are, which are open to somebody
``taking``    taking one, with a second person where the step wants one
``guards``    the database's own table of the changes of state that steps make
``diagram``   a workflow as a drawing, from the same declarations
``api``, ``pages``  every step of every case, from outside and from a page
"""
