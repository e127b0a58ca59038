"""One bench case in PyTorch, transformers and PEFT: the same work, measured the same way, as one line of JSON.

usage: torch_step.py CASE_JSON THREADS     CASE_JSON: a case as `peftbench bench` reads it, sizes written out
XGBLoRA is stood for by rank-1 adapters on the layers that options.layers names: merges are not in its time.
"""
import json, resource, statistics, sys, time
import peft, torch, transformers
from peft import LoraConfig, get_peft_model
from transformers import BertConfig, BertForSequenceClassification

case, threads = json.loads(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(0)
sizes, options = case['model'], case.get('options', {})
ROLES = {'q': 'query', 'k': 'key', 'v': 'value', 'o': 'attention.output.dense', 'up': 'intermediate.dense', 'down': 'output.dense'}
WARMUP = 2

model = BertForSequenceClassification(BertConfig(
    vocab_size=sizes['vocab'], hidden_size=sizes['hidden'], num_hidden_layers=sizes['layers'],
    num_attention_heads=sizes['heads'], intermediate_size=sizes['intermediate'], max_position_embeddings=512,
    hidden_dropout_prob=0, attention_probs_dropout_prob=0, num_labels=2))
if case.get('method') in ('lora', 'xgblora'):
    targets = options.get('targets', 'all')
    rank = options.get('r', 8 if case['method'] == 'lora' else 1)
    layers = {} if options.get('layers') is None else {'layers_to_transform': options['layers'], 'layers_pattern': 'layer'}
    model = get_peft_model(model, LoraConfig(
        task_type='SEQ_CLS', r=rank, lora_alpha=2 * rank, lora_dropout=options.get('dropout', 0),
        target_modules=[ROLES[role] for role in (ROLES if targets == 'all' else targets)], **layers))

batch, length = case['batch'], case['length']
inputs = {'input_ids': torch.randint(0, sizes['vocab'], (batch, length)), 'attention_mask': torch.ones(batch, length, dtype=torch.long)}
labels = torch.arange(batch) % 2
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
forward = case.get('mode') == 'forward'
optimizer = None if forward else torch.optim.AdamW(trained, lr=1e-3)
model.train(not forward)


def step():
    if forward:
        with torch.no_grad():
            model(**inputs).logits.sum().item()
        return
    optimizer.zero_grad()
    loss = model(**inputs, labels=labels).loss
    loss.backward()
    optimizer.step()
    loss.item()


seconds = []
for index in range(WARMUP + case.get('steps', 12)):
    began = time.perf_counter()
    step()
    if index >= WARMUP:
        seconds.append(time.perf_counter() - began)
print(json.dumps({
    'median': statistics.median(seconds), 'mean': statistics.fmean(seconds), 'n': len(seconds),
    'peakRssBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    'trainable': 0 if forward else sum(parameter.numel() for parameter in trained),
    'versions': f'PyTorch {torch.__version__}, transformers {transformers.__version__}, PEFT {peft.__version__}',
}))
