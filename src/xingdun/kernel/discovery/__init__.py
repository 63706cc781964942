"""Discovery: what the columns of a table hold, how sure that is, and how it should be graded.

Record batches in, findings out; no file, database, clock or network. A table's profile takes in batches one by one
(or on many machines, to be merged), and holds counts only:

    profile = TableProfile("patients")
    for batch in batches:
        profile.observe(batch)
    verdicts = table_verdicts(profile)
    grades = grading.grade_table("patients", verdicts, rows=profile.rows)
"""
