"""The quiet city: noise studies that are kept, communities with a title, complaints.

Serves the measures on quiet communities. An officer looks where it is too loud and what would help, whoever manages
homes applies for the title of a quiet community, a resident looks at a façade or complains without a name. How sound
goes from the road to the façade is told by ``tanheng.measures.quiet``, which knows nothing of records.

    quarter ──job──> study, kept by its digest ──> map, charts, what-ifs          (``sight``)
    community ──applied, evaluated with a study, titled by two, reviewed each year
    complaint ──received, looked into, answered to who knows its word

- ``studied``, ``community_cases``, ``complaint_cases``  the records; ``models`` has them together
- ``monitored``, ``measuring``, ``monitor_days``  monitors, the files of their hours, what these say by day and night
- ``calculating``  the job that works a study out
- ``actions``, ``access``  writing and reading; ``rights`` what they need
- ``pages``, ``api``, ``sight``  what people and programs see
"""
